<?php
/**
 * What is checked of a post.
 *
 * @package Proofcheck
 */

namespace Proofcheck;

defined( 'ABSPATH' ) || exit;

/**
 * Title, content and excerpt of a post as one HTML document, and the way back from places in
 * that document to places in the fields. Places are counted in code points in PHP and in
 * UTF-16 code units for JavaScript.
 */
final class Draft {

	const BEFORE = array(
		'title'   => '<h1>',
		'content' => '',
		'excerpt' => '<p>',
	);
	const AFTER  = array(
		'title'   => "</h1>\n",
		'content' => '',
		'excerpt' => "</p>\n",
	);

	/**
	 * The fields, unslashed.
	 *
	 * @var string[]
	 */
	private $fields;

	/**
	 * Makes a draft of unslashed fields.
	 *
	 * @param string $title   As stored.
	 * @param string $content As stored, with block comments.
	 * @param string $excerpt As stored.
	 */
	public function __construct( $title, $content, $excerpt ) {
		$this->fields = array(
			'title'   => (string) $title,
			'content' => (string) $content,
			'excerpt' => (string) $excerpt,
		);
	}

	/**
	 * The draft of a stored post.
	 *
	 * @param \WP_Post $post Post.
	 * @return Draft
	 */
	public static function of( \WP_Post $post ) {
		return new self( $post->post_title, $post->post_content, $post->post_excerpt );
	}

	/**
	 * Whether there is nothing to read.
	 *
	 * @return bool
	 */
	public function is_empty() {
		return '' === trim( implode( '', $this->fields ) );
	}

	/**
	 * The document that is checked. Shortcodes are made comments of the same length.
	 *
	 * @return string
	 */
	public function document() {
		$document = '';
		foreach ( $this->fields as $name => $text ) {
			if ( '' !== $text ) {
				$document .= self::BEFORE[ $name ] . $this->plain( $name, $text ) . self::AFTER[ $name ];
			}
		}
		return $document;
	}

	/**
	 * A field as it stands in the document, with all characters in the same places.
	 *
	 * @param string $name Field.
	 * @param string $text Its value.
	 * @return string
	 */
	private function plain( $name, $text ) {
		if ( 'content' !== $name ) {
			return str_replace( '<!--', '    ', $text ); // It would hide what follows.
		}
		$masked = preg_replace_callback(
			'/' . get_shortcode_regex() . '/',
			function ( $match ) {
				if ( '' !== (string) $match[5] || ! preg_match( '/^[\x20-\x7e]{4}.*[\x20-\x7e]{3}$/s', $match[0] ) ) {
					return $match[0]; // What a shortcode encloses is text.
				}
				return '<!--' . strtr( substr( $match[0], 4, -3 ), '->', 'xx' ) . '-->';
			},
			$text
		);
		return null === $masked ? $text : $masked;
	}

	/**
	 * The SHA-256 of the document, in hexadecimal digits; the same for both kinds of line ends,
	 * since forms change them.
	 *
	 * @return string
	 */
	public function hash() {
		return hash( 'sha256', str_replace( "\r\n", "\n", $this->document() ) );
	}

	/**
	 * Findings of the document as findings of the fields, without what an editor does not need.
	 *
	 * @param array $findings Findings of the server.
	 * @return array[]
	 */
	public function locate( array $findings ) {
		$at     = 0;
		$ranges = array();
		foreach ( $this->fields as $name => $text ) {
			if ( '' === $text ) {
				continue;
			}
			$from            = $at + self::units( self::BEFORE[ $name ] );
			$to              = $from + self::units( $text );
			$ranges[ $name ] = array( $from, $to );
			$at              = $to + self::units( self::AFTER[ $name ] );
		}
		$located = array();
		foreach ( $findings as $finding ) {
			$from  = (int) $finding['start']['utf16'];
			$to    = (int) $finding['end']['utf16'];
			$field = self::field_at( $ranges, $from );
			$shift = $ranges[ $field ][0];
			$size  = $ranges[ $field ][1] - $shift;
			$edits = array();
			foreach ( isset( $finding['edits'] ) ? (array) $finding['edits'] : array() as $edit ) {
				$edits[] = array(
					'from' => (int) $edit['start']['utf16'] - $shift,
					'to'   => (int) $edit['end']['utf16'] - $shift,
					'new'  => (string) $edit['new'],
				);
			}
			foreach ( $edits as $edit ) {
				if ( $edit['from'] < 0 || $edit['to'] > $size ) {
					$edits = array();
					break;
				}
			}
			$located[] = array(
				'field'       => $field,
				'from'        => max( 0, min( $size, $from - $shift ) ),
				'to'          => max( 0, min( $size, $to - $shift ) ),
				'edits'       => $edits,
				'level'       => (string) $finding['level'],
				'rule'        => (string) $finding['rule'],
				'text'        => (string) $finding['text'],
				'context'     => (string) $finding['context'],
				'message'     => (string) $finding['message'],
				'source'      => (string) $finding['source'],
				'suggestions' => array_map( 'strval', (array) $finding['suggestions'] ),
				'safe'        => ! empty( $finding['safe'] ),
				'fingerprint' => (string) $finding['fingerprint'],
			);
		}
		return $located;
	}

	/**
	 * The last field that begins at or before a place.
	 *
	 * @param array[] $ranges From and to, by field.
	 * @param int     $place  In the document.
	 * @return string
	 */
	private static function field_at( array $ranges, $place ) {
		$field = (string) key( $ranges );
		foreach ( $ranges as $name => $range ) {
			if ( $place >= $range[0] ) {
				$field = $name;
			}
		}
		return $field;
	}

	/**
	 * The length of a text in UTF-16 code units: one for each byte that begins a character, and
	 * one more where four bytes make it. Sites without mbstring can do this.
	 *
	 * @param string $text UTF-8.
	 * @return int
	 */
	private static function units( $text ) {
		return (int) preg_match_all( '/[^\x80-\xBF]/', $text ) + (int) preg_match_all( '/[\xF0-\xF4]/', $text );
	}
}
