<?php
/**
 * What a check means for publishing.
 *
 * @package Proofcheck
 */

namespace Proofcheck;

defined( 'ABSPATH' ) || exit;

/** A verdict on a draft. */
final class Ruling {

	/**
	 * One of pass, warn, block, unchecked.
	 *
	 * @var string
	 */
	public $verdict;

	/**
	 * Why nothing was checked; empty when it was.
	 *
	 * @var string
	 */
	public $failure = '';

	/**
	 * The answer of the server; empty when nothing was checked.
	 *
	 * @var array
	 */
	public $answer = array();

	/**
	 * The draft.
	 *
	 * @var Draft
	 */
	public $draft;

	/**
	 * Rules on an answer.
	 *
	 * @param Draft           $draft  What was checked.
	 * @param array|\WP_Error $answer Of the server.
	 */
	public function __construct( Draft $draft, $answer ) {
		$this->draft = $draft;
		if ( is_wp_error( $answer ) ) {
			$this->verdict = 'unchecked';
			$this->failure = $answer->get_error_message();
			return;
		}
		$this->verdict = $answer['verdict'];
		$this->answer  = $answer;
	}

	/**
	 * Whether the draft may be published. What could not be checked may, if it is set so.
	 *
	 * @return bool
	 */
	public function allows() {
		return 'unchecked' === $this->verdict ? 'open' === Settings::get( 'fail' ) : 'block' !== $this->verdict;
	}

	/**
	 * Numbers of findings by level.
	 *
	 * @return int[]
	 */
	public function counts() {
		$counts = isset( $this->answer['counts'] ) ? (array) $this->answer['counts'] : array();
		return array_map( 'intval', array_merge( array_fill_keys( array( 'error', 'warning', 'info' ), 0 ), $counts ) );
	}

	/**
	 * The findings that hold the draft back: the errors, or all where a policy of the server
	 * blocks without any.
	 *
	 * @return array[] As the server sent them.
	 */
	public function grave() {
		$findings = isset( $this->answer['findings'] ) ? $this->answer['findings'] : array();
		$errors   = wp_list_filter( $findings, array( 'level' => 'error' ) );
		return array_values( $errors ? $errors : $findings );
	}

	/**
	 * One sentence for people: why the draft is held back, or was let through unchecked.
	 *
	 * @return string Plain text.
	 */
	public function sentence() {
		if ( 'unchecked' === $this->verdict ) {
			if ( $this->allows() ) {
				/* translators: %s: reason */
				return sprintf( __( 'Not proofread: the proofcheck server could not be asked (%s). It is published unchecked.', 'proofcheck' ), $this->failure );
			}
			/* translators: %s: reason */
			return sprintf( __( 'Not published: the proofcheck server could not be asked (%s), and nothing is published unchecked.', 'proofcheck' ), $this->failure );
		}
		if ( $this->allows() ) {
			return '';
		}
		$words = array();
		$grave = $this->grave();
		foreach ( array_slice( $grave, 0, 3 ) as $finding ) {
			$words[] = isset( $finding['suggestions'][0] ) && '' !== $finding['suggestions'][0]
				? sprintf( '“%s” → “%s”', $finding['text'], $finding['suggestions'][0] )
				: sprintf( '“%s”', $finding['text'] );
		}
		$errors = max( 1, count( $grave ) );
		/* translators: 1: number of errors, 2: the first of them */
		$text = _n( 'Not published: proofcheck found %1$d error: %2$s', 'Not published: proofcheck found %1$d errors, the first are %2$s', $errors, 'proofcheck' );
		return sprintf( $text, $errors, implode( ', ', $words ) );
	}

	/**
	 * What the editors' scripts get.
	 *
	 * @return array
	 */
	public function for_editor() {
		$override = ! empty( $this->answer['override']['allowed'] ) && current_user_can( CAPABILITY );
		return array(
			'verdict'   => $this->verdict,
			'allowed'   => $this->allows(),
			'message'   => $this->sentence(),
			'counts'    => $this->counts(),
			'errorRate' => isset( $this->answer['error_rate'] ) ? (float) $this->answer['error_rate'] : null,
			'findings'  => $this->answer ? $this->draft->locate( $this->answer['findings'] ) : array(),
			'override'  => 'block' === $this->verdict && $override,
		);
	}
}
