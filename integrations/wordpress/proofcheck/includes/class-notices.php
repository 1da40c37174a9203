<?php
/**
 * Says in the administration what was held back.
 *
 * @package Proofcheck
 */

namespace Proofcheck;

defined( 'ABSPATH' ) || exit;

/** Notices above the classic editor, the posts list and the dashboard. The block editor shows its own. */
final class Notices {

	/** Registers the hooks. */
	public function listen() {
		add_action( 'admin_notices', array( $this, 'of_post' ) );
		add_action( 'admin_notices', array( $this, 'of_all' ) );
	}

	/** Says it where the post is edited. */
	public function of_post() {
		$screen = get_current_screen();
		$post   = get_post();
		if ( ! $screen || 'post' !== $screen->base || ! $post || ! current_user_can( 'edit_post', $post->ID ) ) {
			return;
		}
		$held = Records::held( $post->ID );
		if ( '' !== $held ) {
			printf( '<div class="notice notice-error proofcheck-held"><p>%s</p></div>', esc_html( $held ) );
		}
	}

	/** Says which posts wait, to those who can mend them. */
	public function of_all() {
		$screen = get_current_screen();
		if ( ! $screen || ! ( 'dashboard' === $screen->id || ( 'edit' === $screen->base && Settings::covers( $screen->post_type ) ) ) ) {
			return;
		}
		$held = get_posts(
			array(
				'post_type'   => 'edit' === $screen->base ? $screen->post_type : (array) Settings::get( 'types' ),
				'post_status' => array( 'pending', 'draft', 'publish' ),
				'meta_key'    => Records::HELD, // phpcs:ignore WordPress.DB.SlowDBQuery
				'numberposts' => 20,
				'orderby'     => 'modified',
			)
		);
		foreach ( $held as $post ) {
			if ( current_user_can( 'edit_post', $post->ID ) ) {
				printf(
					'<div class="notice notice-warning proofcheck-held"><p><a href="%s">%s</a> — %s</p></div>',
					esc_url( (string) get_edit_post_link( $post->ID ) ),
					esc_html( get_the_title( $post ) ),
					esc_html( Records::held( $post->ID ) )
				);
			}
		}
	}
}
