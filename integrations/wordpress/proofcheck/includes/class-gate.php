<?php
/**
 * The gate before the public.
 *
 * @package Proofcheck
 */

namespace Proofcheck;

defined( 'ABSPATH' ) || exit;

/**
 * Stands in every way by which a post gets to readers. The REST interface, and with it the
 * block editor, gets an error. Ways that cannot be told no (the classic editor, quick edit,
 * XML-RPC, code that calls wp_insert_post, the schedule) have the post put back to the status
 * that is set for it. A change of a post that is public already leaves what readers see as it
 * was and is kept as an autosave.
 */
final class Gate {

	/** Statuses that are, or will by themselves become, public. */
	const PUBLIC_STATUSES = array( 'publish', 'future' );

	/**
	 * The server.
	 *
	 * @var Client
	 */
	private $client;

	/**
	 * Rulings of this request, so that each text is checked once.
	 *
	 * @var Ruling[]
	 */
	private $rulings = array();

	/**
	 * What was decided about posts that wp_insert_post is just writing, innermost last.
	 *
	 * @var array[]
	 */
	private $writing = array();

	/**
	 * Makes a gate.
	 *
	 * @param Client $client Server.
	 */
	public function __construct( Client $client ) {
		$this->client = $client;
	}

	/** Takes its places. */
	public function listen() {
		add_action( 'rest_api_init', array( $this, 'listen_rest' ) );
		add_filter( 'wp_insert_post_data', array( $this, 'on_insert' ), 99, 2 );
		add_action( 'wp_insert_post', array( $this, 'on_inserted' ), 99, 3 );
		add_action( 'publish_future_post', array( $this, 'on_schedule' ), 1 );
		add_action( 'transition_post_status', array( $this, 'on_transition' ), 1, 3 );
	}

	/** Takes its places in the REST interface. */
	public function listen_rest() {
		foreach ( (array) Settings::get( 'types' ) as $type ) {
			add_filter( 'rest_pre_insert_' . $type, array( $this, 'on_rest' ), 99, 2 );
		}
	}

	/**
	 * Rules on a draft.
	 *
	 * @param Draft $draft   Draft.
	 * @param int   $post_id Post, or 0; what has been overridden in it is not asked again.
	 * @return Ruling
	 */
	public function rule( Draft $draft, $post_id ) {
		$accepted = $post_id ? Records::accepted( $post_id ) : array();
		$key      = $draft->hash() . implode( ',', $accepted );
		if ( ! isset( $this->rulings[ $key ] ) ) {
			$this->rulings[ $key ] = new Ruling( $draft, $this->client->check( $draft, $accepted, $post_id ) );
		}
		return $this->rulings[ $key ];
	}

	/**
	 * Records that what holds a draft back is to be published nevertheless.
	 *
	 * @param int    $post_id Post.
	 * @param Ruling $ruling  What is overridden.
	 * @param string $reason  Why.
	 * @return true|\WP_Error
	 */
	public function override( $post_id, Ruling $ruling, $reason ) {
		$reason = trim( sanitize_textarea_field( $reason ) );
		if ( '' === $reason || mb_strlen( $reason ) > 500 ) {
			return new \WP_Error( 'proofcheck_reason', __( 'An override needs a reason of at most 500 characters.', 'proofcheck' ), array( 'status' => 400 ) );
		}
		if ( ! current_user_can( CAPABILITY ) || ! current_user_can( 'edit_post', $post_id ) ) {
			return new \WP_Error( 'proofcheck_forbidden', __( 'You may not override proofcheck.', 'proofcheck' ), array( 'status' => rest_authorization_required_code() ) );
		}
		if ( 'block' !== $ruling->verdict ) {
			return new \WP_Error( 'proofcheck_nothing', __( 'There is nothing to override.', 'proofcheck' ), array( 'status' => 409 ) );
		}
		$recorded = $this->client->override( (string) $ruling->answer['id'], $reason );
		if ( is_wp_error( $recorded ) ) {
			/* translators: %s: reason */
			return new \WP_Error( 'proofcheck_unrecorded', sprintf( __( 'The override could not be recorded on the server: %s', 'proofcheck' ), $recorded->get_error_message() ), array( 'status' => 502 ) );
		}
		Records::override( $post_id, $reason, $ruling );
		return true;
	}

	/**
	 * REST: a refusal is an error with the findings, and nothing is written.
	 *
	 * @param \stdClass|\WP_Error $prepared Fields that are to be written, unslashed.
	 * @param \WP_REST_Request    $request  Request.
	 * @return \stdClass|\WP_Error
	 */
	public function on_rest( $prepared, $request ) {
		if ( is_wp_error( $prepared ) ) {
			return $prepared;
		}
		$old  = isset( $prepared->ID ) ? get_post( $prepared->ID ) : null;
		$data = array();
		foreach ( array( 'post_type', 'post_status', 'post_title', 'post_content', 'post_excerpt' ) as $key ) {
			$data[ $key ] = isset( $prepared->$key ) ? $prepared->$key : ( $old ? $old->$key : '' );
		}
		if ( ! $this->concerns( $data, $old ) ) {
			return $prepared;
		}
		$ruling = $this->rule( self::draft( $data ), $old ? $old->ID : 0 );
		if ( $ruling->allows() ) {
			return $prepared;
		}
		return new \WP_Error(
			'proofcheck_blocked',
			$ruling->sentence(),
			array(
				'status'     => 'unchecked' === $ruling->verdict ? 503 : 422,
				'proofcheck' => $ruling->for_editor(),
			)
		);
	}

	/**
	 * Everything that goes through wp_insert_post.
	 *
	 * @param array $data    Fields that are to be written, slashed.
	 * @param array $postarr What wp_insert_post was given, slashed.
	 * @return array
	 */
	public function on_insert( $data, $postarr ) {
		$id        = isset( $postarr['ID'] ) ? (int) $postarr['ID'] : 0;
		$old       = $id ? get_post( $id ) : null;
		$unslashed = wp_unslash( $data );
		$told      = array(
			'id'      => $id,
			'ruling'  => null,
			'message' => '',
		);
		if ( $this->concerns( $unslashed, $old ) ) {
			$draft          = self::draft( $unslashed );
			$ruling         = $this->rule( $draft, $id );
			$told['ruling'] = $ruling;
			if ( 'block' === $ruling->verdict && $id ) {
				$refused = $this->override_of_form( $id, $ruling );
				if ( true === $refused ) {
					$ruling         = $this->rule( $draft, $id );
					$told['ruling'] = $ruling;
				} elseif ( is_wp_error( $refused ) ) {
					$told['message'] = $refused->get_error_message();
				}
			}
			if ( ! $ruling->allows() && $old && 'publish' === $old->post_status && 'publish' === $data['post_status'] ) {
				$data            = $this->keep_public( $data, $old );
				$told['message'] = trim( $told['message'] . ' ' . __( 'What readers see was left as it was; the change is kept as an autosave.', 'proofcheck' ) );
			} elseif ( ! $ruling->allows() ) {
				$data['post_status'] = Settings::get( 'held' );
			}
		}
		$this->writing[] = $told;
		return $data;
	}

	/**
	 * Keeps the verdict when the post has been written.
	 *
	 * @param int      $post_id Post.
	 * @param \WP_Post $post    Post.
	 * @param bool     $update  Whether it was there before.
	 */
	public function on_inserted( $post_id, $post, $update ) {
		$told = end( $this->writing );
		if ( ! $told || ( $update ? $post_id : 0 ) !== $told['id'] ) {
			return; // Written past wp_insert_post.
		}
		array_pop( $this->writing );
		$ruling = $told['ruling'];
		if ( null === $ruling ) {
			return;
		}
		if ( Draft::of( $post )->hash() === $ruling->draft->hash() ) {
			Records::keep( $post_id, $ruling );
		}
		$this->settle( $post_id, $ruling, $told['message'] );
	}

	/**
	 * The schedule: words that were fine when it was made may not be now.
	 *
	 * @param int $post_id Post.
	 */
	public function on_schedule( $post_id ) {
		$post = get_post( $post_id );
		if ( ! $post || 'future' !== $post->post_status || strtotime( $post->post_date_gmt . ' GMT' ) > time() ) {
			return;
		}
		$this->hold_or_pass( $post );
	}

	/**
	 * A last look for posts whose status was changed past wp_insert_post.
	 *
	 * @param string   $new  Status.
	 * @param string   $old  Status before.
	 * @param \WP_Post $post Post.
	 */
	public function on_transition( $new, $old, $post ) {
		if ( 'publish' !== $new || 'publish' === $old ) {
			return;
		}
		$this->hold_or_pass( $post );
	}

	/**
	 * Rules on a stored post and puts it back when it may not be public.
	 *
	 * @param \WP_Post $post Post.
	 */
	private function hold_or_pass( \WP_Post $post ) {
		$draft = Draft::of( $post );
		if ( ! Settings::covers( $post->post_type ) || $draft->is_empty() ) {
			return;
		}
		$ruling = $this->rule( $draft, $post->ID );
		Records::keep( $post->ID, $ruling );
		if ( ! $ruling->allows() ) {
			wp_update_post(
				array(
					'ID'          => $post->ID,
					'post_status' => Settings::get( 'held' ),
				)
			);
		}
		$this->settle( $post->ID, $ruling, '' );
	}

	/**
	 * Leaves a notice, or takes the old one away.
	 *
	 * @param int    $post_id Post.
	 * @param Ruling $ruling  Verdict.
	 * @param string $message What else is to be said.
	 */
	private function settle( $post_id, Ruling $ruling, $message ) {
		$sentence = trim( $ruling->sentence() . ' ' . $message );
		if ( '' === $sentence ) {
			Records::settle( $post_id );
			return;
		}
		Records::notice( $post_id, $sentence );
		if ( ! $ruling->allows() ) {
			/**
			 * Fires when a post has been held back without anybody being told no.
			 *
			 * @param int    $post_id  Post.
			 * @param string $sentence Why, plain text.
			 */
			do_action( 'proofcheck_held', $post_id, $sentence );
		}
	}

	/**
	 * Whether this would bring text before readers that they do not have yet.
	 *
	 * @param array         $data Fields as they will be, unslashed.
	 * @param \WP_Post|null $old  The post as it is.
	 * @return bool
	 */
	private function concerns( array $data, $old ) {
		if ( ! in_array( $data['post_status'], self::PUBLIC_STATUSES, true ) || ! Settings::covers( $data['post_type'] ) ) {
			return false;
		}
		$draft = self::draft( $data );
		/**
		 * Filters whether a text that is about to become public is checked; imports may want it not to be.
		 *
		 * @param bool          $checked Whether it is.
		 * @param array         $data    Fields as they will be, unslashed.
		 * @param \WP_Post|null $old     The post as it is.
		 */
		if ( $draft->is_empty() || ! apply_filters( 'proofcheck_concerns', true, $data, $old ) ) {
			return false;
		}
		return ! $old || 'publish' !== $old->post_status || Draft::of( $old )->hash() !== $draft->hash();
	}

	/**
	 * The draft of unslashed fields.
	 *
	 * @param array $data Fields.
	 * @return Draft
	 */
	private static function draft( array $data ) {
		return new Draft( $data['post_title'], $data['post_content'], $data['post_excerpt'] );
	}

	/**
	 * Leaves a public post as readers know it, and keeps the change as an autosave, which both
	 * editors offer to restore.
	 *
	 * @param array    $data Fields that were to be written, slashed.
	 * @param \WP_Post $old  The post as it is.
	 * @return array
	 */
	private function keep_public( array $data, \WP_Post $old ) {
		$older = wp_get_post_autosave( $old->ID, get_current_user_id() );
		if ( $older ) {
			wp_delete_post_revision( $older->ID );
		}
		$change = array_intersect_key( wp_unslash( $data ), array_flip( array( 'post_title', 'post_content', 'post_excerpt' ) ) );
		$now    = array(
			'post_modified'     => current_time( 'mysql' ),
			'post_modified_gmt' => current_time( 'mysql', true ),
		);
		_wp_put_post_revision( array_merge( $old->to_array(), $change, $now ), true );
		// An autosave is offered when it is newer than the post.
		$data['post_modified']     = $old->post_modified;
		$data['post_modified_gmt'] = $old->post_modified_gmt;
		foreach ( array( 'post_title', 'post_content', 'post_excerpt' ) as $key ) {
			$data[ $key ] = wp_slash( $old->$key );
		}
		return $data;
	}

	/**
	 * An override that the form of the classic editor brings.
	 *
	 * @param int    $post_id Post.
	 * @param Ruling $ruling  What is overridden.
	 * @return true|\WP_Error|null Null when there is none.
	 */
	private function override_of_form( $post_id, Ruling $ruling ) {
		if ( ! isset( $_POST['proofcheck_reason'], $_POST['proofcheck_nonce'], $_POST['post_ID'] ) || (int) $_POST['post_ID'] !== $post_id ) {
			return null;
		}
		$reason = trim( sanitize_textarea_field( wp_unslash( $_POST['proofcheck_reason'] ) ) );
		if ( '' === $reason || ! wp_verify_nonce( sanitize_key( $_POST['proofcheck_nonce'] ), 'proofcheck_override_' . $post_id ) ) {
			return null;
		}
		return $this->override( $post_id, $ruling, $reason );
	}
}
