<?php
/**
 * The way to the server.
 *
 * @package Proofcheck
 */

namespace Proofcheck;

defined( 'ABSPATH' ) || exit;

/** Calls the HTTP interface of `proofcheck serve`. */
final class Client {

	/** Bytes of an answer that are read at most. */
	const LIMIT = 16777216;

	/**
	 * Checks a draft.
	 *
	 * @param Draft    $draft    What is checked.
	 * @param string[] $accepted Fingerprints of findings that are not reported again.
	 * @param int      $post_id  Post, or 0.
	 * @return array|\WP_Error The answer of POST /v1/check.
	 */
	public function check( Draft $draft, array $accepted, $post_id ) {
		$ask = array(
			'content' => $draft->document(),
			'format'  => 'html',
			'profile' => Settings::get( 'profile' ),
			'lang'    => Settings::lang(),
			'user'    => self::user(),
		);
		if ( $accepted ) {
			$ask['baseline'] = array_values( $accepted );
		}
		if ( $post_id ) {
			$ask['id'] = 'wordpress-' . get_current_blog_id() . '-' . (int) $post_id;
			$url       = get_permalink( $post_id );
			if ( $url ) {
				$ask['url'] = $url;
			}
		}
		$answer = $this->post( '/v1/check', $ask );
		if ( is_wp_error( $answer ) ) {
			return $answer;
		}
		$verdicts = array( 'pass', 'warn', 'block' );
		if ( ! isset( $answer['verdict'], $answer['id'] ) || ! in_array( $answer['verdict'], $verdicts, true ) || ! isset( $answer['findings'] ) || ! is_array( $answer['findings'] ) ) {
			return new \WP_Error( 'proofcheck_answer', __( 'What answers there is no proofcheck server.', 'proofcheck' ) );
		}
		return $answer;
	}

	/**
	 * Writes an override into the records of the server.
	 *
	 * @param string $check  ID of the check.
	 * @param string $reason Why.
	 * @return array|\WP_Error
	 */
	public function override( $check, $reason ) {
		$said = array(
			'reason' => $reason,
			'user'   => self::user(),
		);
		return $this->post( '/v1/checks/' . rawurlencode( $check ) . '/override', $said );
	}

	/**
	 * Who is acting, for the records of the server.
	 *
	 * @return string Empty for the schedule and programs.
	 */
	private static function user() {
		return (string) wp_get_current_user()->user_login;
	}

	/**
	 * Sends JSON and reads JSON.
	 *
	 * @param string $path Path.
	 * @param array  $ask  Body.
	 * @return array|\WP_Error
	 */
	private function post( $path, array $ask ) {
		$body = wp_json_encode( $ask, JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE );
		if ( false === $body ) {
			return new \WP_Error( 'proofcheck_encoding', __( 'The text cannot be written as JSON.', 'proofcheck' ) );
		}
		$headers = array(
			'Content-Type' => 'application/json',
			'Accept'       => 'application/json',
			'User-Agent'   => 'proofcheck-wordpress/' . VERSION,
		);
		$token   = Settings::get( 'token' );
		if ( '' !== $token ) {
			$headers['Authorization'] = 'Bearer ' . $token;
		}
		$response = wp_remote_post(
			Settings::get( 'url' ) . $path,
			array(
				'body'                => $body,
				'headers'             => $headers,
				'timeout'             => (int) Settings::get( 'timeout' ),
				'redirection'         => 0,
				'limit_response_size' => self::LIMIT,
			)
		);
		if ( is_wp_error( $response ) ) {
			// What curl says names the server, which not everybody who writes needs to know.
			return new \WP_Error( 'proofcheck_unreachable', __( 'no answer', 'proofcheck' ), $response->get_error_message() );
		}
		$code   = (int) wp_remote_retrieve_response_code( $response );
		$answer = json_decode( wp_remote_retrieve_body( $response ), true );
		if ( 200 !== $code ) {
			$detail = is_array( $answer ) && isset( $answer['detail'] ) ? (string) $answer['detail'] : wp_remote_retrieve_response_message( $response );
			return new \WP_Error( 'proofcheck_refused', trim( $code . ' ' . $detail ) );
		}
		if ( ! is_array( $answer ) ) {
			return new \WP_Error( 'proofcheck_answer', __( 'What answers there is no proofcheck server.', 'proofcheck' ) );
		}
		return $answer;
	}
}
