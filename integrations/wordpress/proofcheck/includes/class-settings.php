<?php
/**
 * What an administrator has set.
 *
 * @package Proofcheck
 */

namespace Proofcheck;

defined( 'ABSPATH' ) || exit;

/** One option holds all settings; the constants PROOFCHECK_URL and PROOFCHECK_TOKEN of wp-config.php go before it. */
final class Settings {

	const OPTION = 'proofcheck';

	/** Rule profiles of the server. */
	const PROFILES = array( 'general', 'gov', 'news', 'ad' );

	const DEFAULTS = array(
		'url'     => 'http://127.0.0.1:8787',
		'token'   => '',
		'profile' => 'general',
		'fail'    => 'closed', // What happens when nothing could be checked: open or closed.
		'timeout' => 5,        // Seconds.
		'types'   => array( 'post', 'page' ),
		'lang'    => 'auto',   // auto, zh or en.
		'held'    => 'pending', // The status of what is held back: pending or draft.
	);

	/** Values to choose from; the first is taken for anything else. */
	const CHOICES = array(
		'profile' => self::PROFILES,
		'fail'    => array( 'closed', 'open' ),
		'lang'    => array( 'auto', 'zh', 'en' ),
		'held'    => array( 'pending', 'draft' ),
	);

	/**
	 * All settings, complete.
	 *
	 * @return array
	 */
	public static function all() {
		$set = get_option( self::OPTION, array() );
		$set = array_merge( self::DEFAULTS, is_array( $set ) ? $set : array() );
		if ( defined( 'PROOFCHECK_URL' ) ) {
			$set['url'] = (string) PROOFCHECK_URL;
		}
		if ( defined( 'PROOFCHECK_TOKEN' ) ) {
			$set['token'] = (string) PROOFCHECK_TOKEN;
		}
		return $set;
	}

	/**
	 * One setting.
	 *
	 * @param string $key A key of DEFAULTS.
	 * @return mixed
	 */
	public static function get( $key ) {
		return self::all()[ $key ];
	}

	/**
	 * Whether posts of a type are checked.
	 *
	 * @param string $type Post type.
	 * @return bool
	 */
	public static function covers( $type ) {
		return in_array( $type, self::get( 'types' ), true );
	}

	/**
	 * The language that findings are explained in: as set, or that of the user.
	 *
	 * @return string zh or en.
	 */
	public static function lang() {
		$lang = self::get( 'lang' );
		if ( 'auto' !== $lang ) {
			return $lang;
		}
		return 0 === strpos( determine_locale(), 'zh' ) ? 'zh' : 'en';
	}

	/**
	 * Post types that can be checked: those that visitors read.
	 *
	 * @return \WP_Post_Type[] By name.
	 */
	public static function possible_types() {
		$types = get_post_types( array( 'show_ui' => true ), 'objects' );
		unset( $types['attachment'] );
		return array_filter(
			$types,
			function ( $type ) {
				return is_post_type_viewable( $type ) && post_type_supports( $type->name, 'editor' );
			}
		);
	}

	/**
	 * Makes what a form sent into settings; what is wrong stays as it was.
	 *
	 * @param mixed $sent Fields.
	 * @return array
	 */
	public static function sanitize( $sent ) {
		$sent = is_array( $sent ) ? $sent : array();
		$set  = array_merge( self::DEFAULTS, (array) get_option( self::OPTION, array() ) );
		if ( isset( $sent['url'] ) ) {
			$url = untrailingslashit( esc_url_raw( trim( (string) $sent['url'] ), array( 'http', 'https' ) ) );
			if ( '' === $url || ! wp_parse_url( $url, PHP_URL_HOST ) ) {
				add_settings_error( self::OPTION, 'url', __( 'The address of the server must begin with http:// or https://; the old one was kept.', 'proofcheck' ) );
			} else {
				$set['url'] = $url;
			}
		}
		if ( isset( $sent['token'] ) && '' !== trim( (string) $sent['token'] ) ) {
			$token = trim( (string) $sent['token'] );
			if ( preg_match( '/^[\x21-\x7e]{1,512}$/', $token ) ) {
				$set['token'] = $token;
			} else {
				add_settings_error( self::OPTION, 'token', __( 'A token has only printable ASCII characters without spaces; the old one was kept.', 'proofcheck' ) );
			}
		}
		if ( ! empty( $sent['forget_token'] ) ) {
			$set['token'] = '';
		}
		foreach ( self::CHOICES as $key => $values ) {
			if ( isset( $sent[ $key ] ) ) {
				$set[ $key ] = in_array( $sent[ $key ], $values, true ) ? $sent[ $key ] : $values[0];
			}
		}
		if ( isset( $sent['timeout'] ) ) {
			$set['timeout'] = min( 60, max( 1, (int) $sent['timeout'] ) );
		}
		if ( isset( $sent['types'] ) ) {
			$set['types'] = array_values( array_intersect( array_keys( self::possible_types() ), (array) $sent['types'] ) );
		}
		return array_intersect_key( $set, self::DEFAULTS );
	}

	/** Grants the capability to those who edit others' posts, once. */
	public static function install() {
		if ( false !== get_option( self::OPTION ) ) {
			return;
		}
		add_option( self::OPTION, self::DEFAULTS );
		self::grant( array( 'administrator', 'editor' ) );
	}

	/**
	 * Gives the capability to these roles and takes it from all others.
	 *
	 * @param string[] $roles Names of roles.
	 */
	public static function grant( array $roles ) {
		foreach ( array_keys( wp_roles()->roles ) as $name ) {
			$role = get_role( $name );
			if ( in_array( $name, $roles, true ) ) {
				$role->add_cap( CAPABILITY );
			} elseif ( $role->has_cap( CAPABILITY ) ) {
				$role->remove_cap( CAPABILITY );
			}
		}
	}
}
