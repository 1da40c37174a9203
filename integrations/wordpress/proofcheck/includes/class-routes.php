<?php
/**
 * What the editors' scripts ask.
 *
 * @package Proofcheck
 */

namespace Proofcheck;

defined( 'ABSPATH' ) || exit;

/** REST routes below proofcheck/v1. The token of the server never leaves WordPress. */
final class Routes {

	const SPACE = 'proofcheck/v1';

	/**
	 * The gate.
	 *
	 * @var Gate
	 */
	private $gate;

	/**
	 * Makes the routes.
	 *
	 * @param Gate $gate Gate.
	 */
	public function __construct( Gate $gate ) {
		$this->gate = $gate;
	}

	/** Registers the hooks. */
	public function listen() {
		add_action( 'rest_api_init', array( $this, 'register' ) );
	}

	/** Registers the routes. */
	public function register() {
		$text   = array(
			'type'     => 'string',
			'required' => false,
		);
		$fields = array(
			'id'      => array(
				'type'     => 'integer',
				'required' => true,
				'minimum'  => 1,
			),
			'title'   => $text,
			'content' => $text,
			'excerpt' => $text,
		);
		register_rest_route(
			self::SPACE,
			'/posts/(?P<id>\d+)/check',
			array(
				'methods'             => 'POST',
				'callback'            => array( $this, 'check' ),
				'permission_callback' => array( $this, 'may_edit' ),
				'args'                => $fields,
			)
		);
		$fields['reason'] = array(
			'type'      => 'string',
			'required'  => true,
			'minLength' => 1,
			'maxLength' => 500,
		);
		register_rest_route(
			self::SPACE,
			'/posts/(?P<id>\d+)/override',
			array(
				'methods'             => 'POST',
				'callback'            => array( $this, 'override' ),
				'permission_callback' => array( $this, 'may_override' ),
				'args'                => $fields,
			)
		);
	}

	/**
	 * Whether the user may have the post checked.
	 *
	 * @param \WP_REST_Request $request Request.
	 * @return bool
	 */
	public function may_edit( $request ) {
		return get_post( (int) $request['id'] ) && current_user_can( 'edit_post', (int) $request['id'] );
	}

	/**
	 * Whether the user may override.
	 *
	 * @param \WP_REST_Request $request Request.
	 * @return bool
	 */
	public function may_override( $request ) {
		return $this->may_edit( $request ) && current_user_can( CAPABILITY );
	}

	/**
	 * Checks what is in an editor.
	 *
	 * @param \WP_REST_Request $request Request.
	 * @return \WP_REST_Response
	 */
	public function check( $request ) {
		$post   = get_post( (int) $request['id'] );
		$ruling = $this->gate->rule( self::draft( $request, $post ), $post->ID );
		if ( Draft::of( $post )->hash() === $ruling->draft->hash() ) {
			Records::keep( $post->ID, $ruling );
		}
		return rest_ensure_response( $ruling->for_editor() );
	}

	/**
	 * Overrides the errors of what is in an editor.
	 *
	 * @param \WP_REST_Request $request Request.
	 * @return \WP_REST_Response|\WP_Error
	 */
	public function override( $request ) {
		$post  = get_post( (int) $request['id'] );
		$draft = self::draft( $request, $post );
		$done  = $this->gate->override( $post->ID, $this->gate->rule( $draft, $post->ID ), (string) $request['reason'] );
		return is_wp_error( $done ) ? $done : $this->check( $request );
	}

	/**
	 * The draft of a request; fields that it does not bring are as stored.
	 *
	 * @param \WP_REST_Request $request Request.
	 * @param \WP_Post         $post    Post.
	 * @return Draft
	 */
	private static function draft( $request, \WP_Post $post ) {
		return new Draft(
			null === $request['title'] ? $post->post_title : $request['title'],
			null === $request['content'] ? $post->post_content : $request['content'],
			null === $request['excerpt'] ? $post->post_excerpt : $request['excerpt']
		);
	}
}
