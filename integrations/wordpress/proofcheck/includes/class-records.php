<?php
/**
 * What is remembered of checks.
 *
 * @package Proofcheck
 */

namespace Proofcheck;

defined( 'ABSPATH' ) || exit;

/** Verdicts, notices and overrides, as hidden post meta. */
final class Records {

	/** The last verdict with its figures. */
	const LAST = '_proofcheck';

	/** The last verdict alone, to query for. */
	const VERDICT = '_proofcheck_verdict';

	/** Why the post was held back, for a notice. */
	const HELD = '_proofcheck_held';

	/** Overrides, one row each. */
	const OVERRIDE = '_proofcheck_override';

	/**
	 * Keeps a verdict.
	 *
	 * @param int    $post_id Post.
	 * @param Ruling $ruling  Verdict.
	 */
	public static function keep( $post_id, Ruling $ruling ) {
		self::put(
			$post_id,
			self::LAST,
			array(
				'verdict' => $ruling->verdict,
				'counts'  => $ruling->counts(),
				'check'   => isset( $ruling->answer['id'] ) ? (string) $ruling->answer['id'] : '',
				'rate'    => isset( $ruling->answer['error_rate'] ) ? (float) $ruling->answer['error_rate'] : 0.0,
				'failure' => $ruling->failure,
				'hash'    => $ruling->draft->hash(),
				'time'    => time(),
			)
		);
		self::put( $post_id, self::VERDICT, $ruling->verdict );
	}

	/**
	 * The last verdict.
	 *
	 * @param \WP_Post $post Post.
	 * @return array|null As kept, with "current" for whether the text is still the same; null before the first.
	 */
	public static function last( \WP_Post $post ) {
		$last = get_post_meta( $post->ID, self::LAST, true );
		if ( ! is_array( $last ) || ! isset( $last['verdict'], $last['hash'] ) ) {
			return null;
		}
		$last['current'] = Draft::of( $post )->hash() === $last['hash'];
		return $last;
	}

	/**
	 * Remembers that a post was held back or let through unchecked.
	 *
	 * @param int    $post_id Post.
	 * @param string $message Plain text.
	 */
	public static function notice( $post_id, $message ) {
		self::put(
			$post_id,
			self::HELD,
			array(
				'message' => $message,
				'time'    => time(),
			)
		);
	}

	/**
	 * Forgets that.
	 *
	 * @param int $post_id Post.
	 */
	public static function settle( $post_id ) {
		delete_post_meta( $post_id, self::HELD );
	}

	/**
	 * Why a post was held back.
	 *
	 * @param int $post_id Post.
	 * @return string Plain text; empty when it was not.
	 */
	public static function held( $post_id ) {
		$held = get_post_meta( $post_id, self::HELD, true );
		return is_array( $held ) && isset( $held['message'] ) ? (string) $held['message'] : '';
	}

	/**
	 * Keeps an override.
	 *
	 * @param int    $post_id Post.
	 * @param string $reason  Why.
	 * @param Ruling $ruling  What was overridden.
	 */
	public static function override( $post_id, $reason, Ruling $ruling ) {
		add_post_meta(
			$post_id,
			self::OVERRIDE,
			wp_slash(
				array(
					'user'         => get_current_user_id(),
					'time'         => time(),
					'reason'       => $reason,
					'check'        => (string) $ruling->answer['id'],
					'fingerprints' => wp_list_pluck( $ruling->grave(), 'fingerprint' ),
				)
			)
		);
	}

	/**
	 * Overrides of a post, oldest first.
	 *
	 * @param int $post_id Post.
	 * @return array[]
	 */
	public static function overrides( $post_id ) {
		return array_filter( (array) get_post_meta( $post_id, self::OVERRIDE ), 'is_array' );
	}

	/**
	 * Fingerprints of what has been overridden.
	 *
	 * @param int $post_id Post.
	 * @return string[]
	 */
	public static function accepted( $post_id ) {
		$all = array();
		foreach ( self::overrides( $post_id ) as $override ) {
			$all = array_merge( $all, (array) $override['fingerprints'] );
		}
		return array_values( array_unique( array_map( 'strval', $all ) ) );
	}

	/**
	 * Writes post meta, which WordPress unslashes.
	 *
	 * @param int    $post_id Post.
	 * @param string $key     Key.
	 * @param mixed  $value   Value.
	 */
	private static function put( $post_id, $key, $value ) {
		update_post_meta( $post_id, $key, wp_slash( $value ) );
	}
}
