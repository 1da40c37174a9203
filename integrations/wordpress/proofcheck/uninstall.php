<?php
/**
 * Takes away all that the plugin has stored.
 *
 * @package Proofcheck
 */

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

( function () {
	$clean = function () {
		delete_option( 'proofcheck' );
		foreach ( array( '_proofcheck', '_proofcheck_verdict', '_proofcheck_held', '_proofcheck_override' ) as $key ) {
			delete_post_meta_by_key( $key );
		}
		foreach ( array_keys( wp_roles()->roles ) as $name ) {
			get_role( $name )->remove_cap( 'proofcheck_override' );
		}
	};
	if ( ! is_multisite() ) {
		$clean();
		return;
	}
	foreach ( get_sites(
		array(
			'fields' => 'ids',
			'number' => 0,
		)
	) as $site ) {
		switch_to_blog( $site );
		$clean();
		restore_current_blog();
	}
} )();
