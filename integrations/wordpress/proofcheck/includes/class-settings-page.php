<?php
/**
 * The page of settings.
 *
 * @package Proofcheck
 */

namespace Proofcheck;

defined( 'ABSPATH' ) || exit;

/** Settings → Proofreading, for administrators. */
final class Settings_Page {

	const PAGE = 'proofcheck';

	/** Registers the hooks. */
	public function listen() {
		add_action( 'admin_menu', array( $this, 'menu' ) );
		add_action( 'admin_init', array( $this, 'register' ) );
		add_action( 'admin_post_proofcheck_try', array( $this, 'attempt' ) );
		add_action( 'admin_post_proofcheck_roles', array( $this, 'roles' ) );
		add_filter( 'plugin_action_links_' . plugin_basename( FILE ), array( $this, 'link' ) );
	}

	/** Adds the page. */
	public function menu() {
		add_options_page( __( 'Proofreading', 'proofcheck' ), __( 'Proofreading', 'proofcheck' ), 'manage_options', self::PAGE, array( $this, 'page' ) );
	}

	/** Registers the option; options.php verifies the nonce and the capability. */
	public function register() {
		register_setting( self::PAGE, Settings::OPTION, array( 'sanitize_callback' => array( Settings::class, 'sanitize' ) ) );
	}

	/**
	 * Adds a link in the list of plugins.
	 *
	 * @param string[] $links Links.
	 * @return string[]
	 */
	public function link( $links ) {
		array_unshift( $links, '<a href="' . esc_url( self::address() ) . '">' . esc_html__( 'Settings', 'proofcheck' ) . '</a>' );
		return $links;
	}

	/**
	 * The address of the page.
	 *
	 * @param array $query Query.
	 * @return string
	 */
	private static function address( array $query = array() ) {
		return add_query_arg( array_merge( array( 'page' => self::PAGE ), $query ), admin_url( 'options-general.php' ) );
	}

	/** Asks the server to check a sentence and says how it went. */
	public function attempt() {
		$this->demand( 'proofcheck_try' );
		$answer = ( new Client() )->check( new Draft( '', '<p>proofcheck</p>', '' ), array(), 0 );
		if ( is_wp_error( $answer ) ) {
			$detail = $answer->get_error_data();
			/* translators: %s: reason */
			$message = array( sprintf( __( 'The server could not be asked: %s', 'proofcheck' ), is_string( $detail ) ? $detail : $answer->get_error_message() ), 'error' );
		} else {
			$version = isset( $answer['versions']['tool'] ) && is_string( $answer['versions']['tool'] ) ? $answer['versions']['tool'] : '?';
			/* translators: %s: version */
			$message = array( sprintf( __( 'The server answers; its version is %s.', 'proofcheck' ), $version ), 'success' );
		}
		add_settings_error( Settings::OPTION, 'try', $message[0], $message[1] );
		$this->back();
	}

	/** Sets the roles that may override. */
	public function roles() {
		$this->demand( 'proofcheck_roles' );
		$roles = isset( $_POST['roles'] ) ? array_map( 'sanitize_key', (array) wp_unslash( $_POST['roles'] ) ) : array(); // phpcs:ignore WordPress.Security.NonceVerification -- demand() did.
		Settings::grant( $roles );
		add_settings_error( Settings::OPTION, 'roles', __( 'Roles saved.', 'proofcheck' ), 'success' );
		$this->back();
	}

	/**
	 * Ends requests that may not do this.
	 *
	 * @param string $action Action of the nonce.
	 */
	private function demand( $action ) {
		if ( ! current_user_can( 'manage_options' ) ) {
			wp_die( esc_html__( 'You may not change these settings.', 'proofcheck' ), '', array( 'response' => 403 ) );
		}
		check_admin_referer( $action );
	}

	/** Goes back to the page, with its messages. */
	private function back() {
		set_transient( 'settings_errors', get_settings_errors(), 30 );
		wp_safe_redirect( self::address( array( 'settings-updated' => '1' ) ) );
		exit;
	}

	/** Prints the page. */
	public function page() {
		if ( ! current_user_can( 'manage_options' ) ) {
			return;
		}
		$set = Settings::all();
		echo '<div class="wrap"><h1>' . esc_html__( 'Proofreading', 'proofcheck' ) . '</h1>';
		echo '<form action="options.php" method="post">';
		settings_fields( self::PAGE );
		echo '<table class="form-table" role="presentation">';
		$this->row( 'url', __( 'Server', 'proofcheck' ), $this->input( 'url', 'url', $set['url'], defined( 'PROOFCHECK_URL' ) ), __( 'Where proofcheck serve listens.', 'proofcheck' ) );
		$this->row( 'token', __( 'Token', 'proofcheck' ), $this->token( $set['token'] ), __( 'A token of the server with the scopes check and override. Better: define PROOFCHECK_TOKEN in wp-config.php.', 'proofcheck' ) );
		$this->row( 'profile', __( 'Profile', 'proofcheck' ), $this->choice( 'profile', $set['profile'], self::profiles() ) );
		$this->row(
			'fail',
			__( 'When the server cannot be asked', 'proofcheck' ),
			$this->choice(
				'fail',
				$set['fail'],
				array(
					'closed' => __( 'publish nothing (fail closed)', 'proofcheck' ),
					'open'   => __( 'publish unchecked, with a notice (fail open)', 'proofcheck' ),
				)
			)
		);
		$this->row( 'timeout', __( 'Time-out in seconds', 'proofcheck' ), $this->input( 'timeout', 'number', $set['timeout'], false, ' min="1" max="60"' ) );
		$this->row(
			'held',
			__( 'What is held back becomes', 'proofcheck' ),
			$this->choice(
				'held',
				$set['held'],
				array(
					'pending' => __( 'pending review', 'proofcheck' ),
					'draft'   => __( 'a draft', 'proofcheck' ),
				)
			),
			__( 'Where publishing cannot be refused: the classic editor, quick edit, XML-RPC, scheduled posts.', 'proofcheck' )
		);
		$this->row(
			'lang',
			__( 'Language of findings', 'proofcheck' ),
			$this->choice(
				'lang',
				$set['lang'],
				array(
					'auto' => __( 'that of the user', 'proofcheck' ),
					'zh'   => '中文',
					'en'   => 'English',
				)
			)
		);
		$boxes = '<input type="hidden" name="proofcheck[types][]" value="">';
		foreach ( Settings::possible_types() as $name => $type ) {
			$boxes .= sprintf( '<label><input type="checkbox" name="proofcheck[types][]" value="%s"%s> %s</label><br>', esc_attr( $name ), checked( in_array( $name, $set['types'], true ), true, false ), esc_html( $type->labels->name ) );
		}
		$this->row( '', __( 'What is checked', 'proofcheck' ), '<fieldset>' . $boxes . '</fieldset>' );
		echo '</table>';
		submit_button();
		echo '</form>';
		$this->roles_form();
		$this->form( 'proofcheck_try', __( 'Try the server', 'proofcheck' ), '<p>' . esc_html__( 'With the settings as they are saved.', 'proofcheck' ) . '</p>' );
		echo '</div>';
	}

	/** Prints the form of roles. */
	private function roles_form() {
		$boxes = '<h2>' . esc_html__( 'Who may override, with a reason', 'proofcheck' ) . '</h2><p>';
		foreach ( wp_roles()->role_names as $name => $label ) {
			$role = get_role( $name );
			if ( $role->has_cap( 'publish_posts' ) ) {
				$boxes .= sprintf( '<label><input type="checkbox" name="roles[]" value="%s"%s> %s</label><br>', esc_attr( $name ), checked( $role->has_cap( CAPABILITY ), true, false ), esc_html( translate_user_role( $label ) ) );
			}
		}
		$this->form( 'proofcheck_roles', __( 'Save roles', 'proofcheck' ), $boxes . '</p>' );
	}

	/**
	 * Prints a form of its own action.
	 *
	 * @param string $action Action.
	 * @param string $button Label.
	 * @param string $inside Escaped HTML.
	 */
	private function form( $action, $button, $inside ) {
		echo '<form action="' . esc_url( admin_url( 'admin-post.php' ) ) . '" method="post"><input type="hidden" name="action" value="' . esc_attr( $action ) . '">';
		wp_nonce_field( $action );
		echo $inside; // phpcs:ignore WordPress.Security.EscapeOutput -- escaped by the caller.
		submit_button( $button, 'secondary', $action, false );
		echo '</form>';
	}

	/**
	 * Prints a row.
	 *
	 * @param string $key   Setting, or empty.
	 * @param string $label Label.
	 * @param string $field Escaped HTML.
	 * @param string $help  Explanation.
	 */
	private function row( $key, $label, $field, $help = '' ) {
		echo '<tr><th scope="row">';
		echo '' === $key ? esc_html( $label ) : '<label for="proofcheck-' . esc_attr( $key ) . '">' . esc_html( $label ) . '</label>';
		echo '</th><td>' . $field; // phpcs:ignore WordPress.Security.EscapeOutput -- escaped by the caller.
		echo '' === $help ? '' : '<p class="description">' . esc_html( $help ) . '</p>';
		echo '</td></tr>';
	}

	/**
	 * An input.
	 *
	 * @param string     $key      Setting.
	 * @param string     $type     Type.
	 * @param string|int $value    Value.
	 * @param bool       $disabled Whether wp-config.php sets it.
	 * @param string     $more     More attributes.
	 * @return string
	 */
	private function input( $key, $type, $value, $disabled, $more = '' ) {
		return sprintf(
			'<input class="%s" type="%s" id="proofcheck-%s" name="proofcheck[%s]" value="%s"%s%s>',
			'number' === $type ? 'small-text' : 'regular-text',
			esc_attr( $type ),
			esc_attr( $key ),
			esc_attr( $key ),
			esc_attr( (string) $value ),
			disabled( $disabled, true, false ),
			$more
		);
	}

	/**
	 * The input of the token, which is never shown.
	 *
	 * @param string $token Token.
	 * @return string
	 */
	private function token( $token ) {
		$given = defined( 'PROOFCHECK_TOKEN' );
		$field = sprintf(
			'<input class="regular-text" type="password" autocomplete="new-password" id="proofcheck-token" name="proofcheck[token]" value="" placeholder="%s"%s>',
			esc_attr( '' === $token ? '' : __( 'set; empty leaves it', 'proofcheck' ) ),
			disabled( $given, true, false )
		);
		if ( '' !== $token && ! $given ) {
			$field .= ' <label><input type="checkbox" name="proofcheck[forget_token]" value="1"> ' . esc_html__( 'forget', 'proofcheck' ) . '</label>';
		}
		return $field;
	}

	/**
	 * A choice.
	 *
	 * @param string   $key    Setting.
	 * @param string   $value  Value.
	 * @param string[] $labels By value.
	 * @return string
	 */
	private function choice( $key, $value, array $labels ) {
		$field = sprintf( '<select id="proofcheck-%1$s" name="proofcheck[%1$s]">', esc_attr( $key ) );
		foreach ( $labels as $each => $label ) {
			$field .= sprintf( '<option value="%s"%s>%s</option>', esc_attr( $each ), selected( $value, $each, false ), esc_html( $label ) );
		}
		return $field . '</select>';
	}

	/**
	 * Words for profiles.
	 *
	 * @return string[]
	 */
	private static function profiles() {
		return array(
			'general' => __( 'general', 'proofcheck' ),
			'gov'     => __( 'government sites', 'proofcheck' ),
			'news'    => __( 'news', 'proofcheck' ),
			'ad'      => __( 'advertising', 'proofcheck' ),
		);
	}
}
