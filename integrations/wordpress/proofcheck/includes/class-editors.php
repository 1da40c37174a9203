<?php
/**
 * What the two editors load.
 *
 * @package Proofcheck
 */

namespace Proofcheck;

defined( 'ABSPATH' ) || exit;

/** Scripts of the block editor, and the meta box of the classic one. */
final class Editors {

	/** Registers the hooks. */
	public function listen() {
		add_action( 'enqueue_block_editor_assets', array( $this, 'block_editor' ) );
		add_action( 'add_meta_boxes', array( $this, 'meta_box' ), 10, 2 );
	}

	/** Loads the panels of the block editor. */
	public function block_editor() {
		$screen = get_current_screen();
		$post   = get_post();
		if ( ! $screen || 'post' !== $screen->base || ! $post || ! Settings::covers( $post->post_type ) ) {
			return;
		}
		self::script(
			'proofcheck-block-editor',
			'block-editor.js',
			array( 'wp-api-fetch', 'wp-block-editor', 'wp-blocks', 'wp-components', 'wp-data', 'wp-edit-post', 'wp-editor', 'wp-element', 'wp-i18n', 'wp-notices', 'wp-plugins', 'wp-rich-text' ),
			array(
				'post'      => $post->ID,
				'held'      => Records::held( $post->ID ),
				'overrides' => self::overrides( $post->ID ),
			)
		);
	}

	/**
	 * Adds the box of the classic editor.
	 *
	 * @param string   $type Post type.
	 * @param \WP_Post $post Post.
	 */
	public function meta_box( $type, $post ) {
		if ( ! $post instanceof \WP_Post || ! Settings::covers( $type ) || use_block_editor_for_post( $post ) ) {
			return;
		}
		add_meta_box( 'proofcheck', __( 'Proofreading', 'proofcheck' ), array( $this, 'box' ), $type, 'side', 'high' );
		self::script(
			'proofcheck-classic-editor',
			'classic-editor.js',
			array( 'wp-api-fetch', 'wp-i18n', 'wp-a11y' ),
			array(
				'post'   => $post->ID,
				'reason' => current_user_can( CAPABILITY ),
			)
		);
	}

	/**
	 * Prints the box.
	 *
	 * @param \WP_Post $post Post.
	 */
	public function box( $post ) {
		echo '<p><button type="button" class="button" id="proofcheck-check">' . esc_html__( 'Proofread', 'proofcheck' ) . '</button> ';
		echo '<span id="proofcheck-summary" role="status"></span></p><ul id="proofcheck-findings"></ul>';
		if ( current_user_can( CAPABILITY ) ) {
			wp_nonce_field( 'proofcheck_override_' . $post->ID, 'proofcheck_nonce', false );
			echo '<p id="proofcheck-override" hidden><label for="proofcheck_reason">' . esc_html__( 'Publish in spite of the errors, because:', 'proofcheck' ) . '</label>';
			echo '<textarea id="proofcheck_reason" name="proofcheck_reason" rows="2" maxlength="500" class="widefat"></textarea></p>';
		}
		foreach ( self::overrides( $post->ID ) as $line ) {
			echo '<p class="description">' . esc_html( $line ) . '</p>';
		}
	}

	/**
	 * Overrides of a post as sentences.
	 *
	 * @param int $post_id Post.
	 * @return string[] Plain text.
	 */
	private static function overrides( $post_id ) {
		return array_map(
			function ( $override ) {
				$user = get_userdata( (int) $override['user'] );
				/* translators: 1: date, 2: user, 3: reason */
				return sprintf( __( 'Overridden %1$s by %2$s: %3$s', 'proofcheck' ), wp_date( get_option( 'date_format' ), (int) $override['time'] ), $user ? $user->display_name : '?', $override['reason'] );
			},
			array_values( Records::overrides( $post_id ) )
		);
	}

	/**
	 * Loads a script with its style, translations and settings.
	 *
	 * @param string   $handle Handle.
	 * @param string   $file   File in assets.
	 * @param string[] $needs  Handles.
	 * @param array    $given  Becomes window.proofcheck.
	 */
	private static function script( $handle, $file, array $needs, array $given ) {
		wp_enqueue_script( $handle, plugins_url( 'assets/' . $file, FILE ), $needs, VERSION, true );
		wp_add_inline_script( $handle, 'window.proofcheck = ' . wp_json_encode( $given, JSON_HEX_TAG | JSON_HEX_AMP ) . ';', 'before' );
		wp_set_script_translations( $handle, 'proofcheck', plugin_dir_path( FILE ) . 'languages' );
		wp_enqueue_style( 'proofcheck', plugins_url( 'assets/editors.css', FILE ), array(), VERSION );
	}
}
