<?php
/**
 * Verdicts in the lists of posts.
 *
 * @package Proofcheck
 */

namespace Proofcheck;

defined( 'ABSPATH' ) || exit;

/** A column of verdicts, a filter by verdict, and the check of many posts at once. */
final class Posts_List {

	const ACTION = 'proofcheck';

	/** Seconds after which a bulk check leaves the rest for the next. */
	const BUDGET = 20;

	/**
	 * The gate.
	 *
	 * @var Gate
	 */
	private $gate;

	/**
	 * Makes the lists' part.
	 *
	 * @param Gate $gate Gate.
	 */
	public function __construct( Gate $gate ) {
		$this->gate = $gate;
	}

	/** Registers the hooks. */
	public function listen() {
		add_action( 'admin_init', array( $this, 'listen_lists' ) );
		add_action( 'restrict_manage_posts', array( $this, 'filter' ) );
		add_action( 'pre_get_posts', array( $this, 'query' ) );
		add_action( 'admin_notices', array( $this, 'notice' ) );
		add_action( 'admin_enqueue_scripts', array( $this, 'style' ) );
	}

	/** Registers the hooks of the lists of checked types. */
	public function listen_lists() {
		foreach ( (array) Settings::get( 'types' ) as $type ) {
			add_filter( "manage_{$type}_posts_columns", array( $this, 'columns' ) );
			add_action( "manage_{$type}_posts_custom_column", array( $this, 'cell' ), 10, 2 );
			add_filter( "bulk_actions-edit-{$type}", array( $this, 'actions' ) );
			add_filter( "handle_bulk_actions-edit-{$type}", array( $this, 'check' ), 10, 3 );
		}
	}

	/**
	 * Words for verdicts.
	 *
	 * @return string[]
	 */
	private static function words() {
		return array(
			'pass'      => __( 'Clean', 'proofcheck' ),
			'warn'      => __( 'Warnings', 'proofcheck' ),
			'block'     => __( 'Errors', 'proofcheck' ),
			'unchecked' => __( 'Not checked', 'proofcheck' ),
		);
	}

	/**
	 * Loads the style of the column.
	 *
	 * @param string $page Page of the administration.
	 */
	public function style( $page ) {
		if ( 'edit.php' === $page ) {
			wp_enqueue_style( 'proofcheck', plugins_url( 'assets/editors.css', FILE ), array(), VERSION );
		}
	}

	/**
	 * Adds the column before the date.
	 *
	 * @param string[] $columns Columns.
	 * @return string[]
	 */
	public function columns( $columns ) {
		$at = array_search( 'date', array_keys( $columns ), true );
		$at = false === $at ? count( $columns ) : $at;
		return array_slice( $columns, 0, $at, true ) + array( 'proofcheck' => __( 'Proofreading', 'proofcheck' ) ) + array_slice( $columns, $at, null, true );
	}

	/**
	 * Prints a cell.
	 *
	 * @param string $column  Column.
	 * @param int    $post_id Post.
	 */
	public function cell( $column, $post_id ) {
		if ( 'proofcheck' !== $column ) {
			return;
		}
		$last = Records::last( get_post( $post_id ) );
		if ( ! $last ) {
			echo '<span aria-hidden="true">—</span><span class="screen-reader-text">' . esc_html__( 'Not checked', 'proofcheck' ) . '</span>';
			return;
		}
		$words   = self::words();
		$verdict = isset( $words[ $last['verdict'] ] ) ? $last['verdict'] : 'unchecked';
		$counts  = array();
		if ( $last['counts']['error'] ) {
			/* translators: %d: number */
			$counts[] = sprintf( _n( '%d error', '%d errors', $last['counts']['error'], 'proofcheck' ), $last['counts']['error'] );
		}
		if ( $last['counts']['warning'] ) {
			/* translators: %d: number */
			$counts[] = sprintf( _n( '%d warning', '%d warnings', $last['counts']['warning'], 'proofcheck' ), $last['counts']['warning'] );
		}
		printf(
			'<span class="proofcheck-verdict is-%s" title="%s">%s</span>',
			esc_attr( $verdict ),
			esc_attr( wp_date( get_option( 'date_format' ) . ' ' . get_option( 'time_format' ), (int) $last['time'] ) ),
			esc_html( $words[ $verdict ] )
		);
		if ( $counts ) {
			echo '<br><span class="description">' . esc_html( implode( ', ', $counts ) ) . '</span>';
		}
		if ( ! $last['current'] ) {
			echo '<br><span class="description">' . esc_html__( 'changed since', 'proofcheck' ) . '</span>';
		}
		$overrides = Records::overrides( $post_id );
		if ( $overrides ) {
			printf( '<br><span class="description" title="%s">%s</span>', esc_attr( end( $overrides )['reason'] ), esc_html__( 'overridden', 'proofcheck' ) );
		}
	}

	/**
	 * Adds the bulk action.
	 *
	 * @param string[] $actions Actions.
	 * @return string[]
	 */
	public function actions( $actions ) {
		$actions[ self::ACTION ] = __( 'Proofread', 'proofcheck' );
		return $actions;
	}

	/**
	 * Checks the chosen posts. WordPress has verified the nonce of the list.
	 *
	 * @param string $back    Where the browser goes then.
	 * @param string $action  Action.
	 * @param int[]  $post_ids Posts.
	 * @return string
	 */
	public function check( $back, $action, $post_ids ) {
		if ( self::ACTION !== $action ) {
			return $back;
		}
		$begin = time();
		$done  = array_fill_keys( array_keys( self::words() ), 0 );
		$left  = 0;
		foreach ( array_map( 'intval', $post_ids ) as $post_id ) {
			$post = get_post( $post_id );
			if ( ! $post || ! current_user_can( 'edit_post', $post_id ) ) {
				continue;
			}
			if ( $done['unchecked'] || time() - $begin > self::BUDGET ) {
				++$left; // A server that did not answer once is not asked for each post.
				continue;
			}
			$ruling = $this->gate->rule( Draft::of( $post ), $post_id );
			Records::keep( $post_id, $ruling );
			++$done[ $ruling->verdict ];
		}
		return add_query_arg( array( 'proofcheck_done' => implode( '-', array_merge( array_values( $done ), array( $left ) ) ) ), $back );
	}

	/** Says what the bulk check found. */
	public function notice() {
		$screen = get_current_screen();
		if ( ! $screen || 'edit' !== $screen->base || ! isset( $_GET['proofcheck_done'] ) ) { // phpcs:ignore WordPress.Security.NonceVerification -- shows numbers only.
			return;
		}
		$numbers = array_map( 'intval', explode( '-', sanitize_text_field( wp_unslash( $_GET['proofcheck_done'] ) ) ) ); // phpcs:ignore WordPress.Security.NonceVerification
		if ( 5 !== count( $numbers ) ) {
			return;
		}
		list( $pass, $warn, $block, $unchecked, $left ) = $numbers;
		/* translators: 1: posts, 2: with errors, 3: with warnings, 4: clean */
		$text = sprintf( __( '%1$d posts proofread: %2$d with errors, %3$d with warnings, %4$d clean.', 'proofcheck' ), $pass + $warn + $block, $block, $warn, $pass );
		if ( $unchecked + $left ) {
			/* translators: %d: posts */
			$text .= ' ' . sprintf( __( '%d could not be checked; try again.', 'proofcheck' ), $unchecked + $left );
		}
		printf( '<div class="notice is-dismissible notice-%s" id="proofcheck-done"><p>%s</p></div>', esc_attr( $unchecked + $left ? 'error' : 'success' ), esc_html( $text ) );
	}

	/**
	 * Prints the filter.
	 *
	 * @param string $type Post type.
	 */
	public function filter( $type ) {
		if ( ! Settings::covers( $type ) ) {
			return;
		}
		$chosen = self::chosen();
		echo '<label class="screen-reader-text" for="proofcheck_verdict">' . esc_html__( 'Filter by verdict', 'proofcheck' ) . '</label>';
		echo '<select name="proofcheck_verdict" id="proofcheck_verdict"><option value="">' . esc_html__( 'All verdicts', 'proofcheck' ) . '</option>';
		foreach ( self::words() as $verdict => $word ) {
			printf( '<option value="%s"%s>%s</option>', esc_attr( $verdict ), selected( $chosen, $verdict, false ), esc_html( $word ) );
		}
		echo '</select>';
	}

	/**
	 * Restricts the list.
	 *
	 * @param \WP_Query $query Query.
	 */
	public function query( $query ) {
		$chosen = self::chosen();
		if ( ! is_admin() || ! $query->is_main_query() || '' === $chosen || ! Settings::covers( (string) $query->get( 'post_type' ) ) ) {
			return;
		}
		$query->set( 'meta_key', Records::VERDICT );
		$query->set( 'meta_value', $chosen );
	}

	/**
	 * The verdict that is filtered by.
	 *
	 * @return string Empty when none is.
	 */
	private static function chosen() {
		$chosen = isset( $_GET['proofcheck_verdict'] ) ? sanitize_key( $_GET['proofcheck_verdict'] ) : ''; // phpcs:ignore WordPress.Security.NonceVerification -- a filter.
		return isset( self::words()[ $chosen ] ) ? $chosen : '';
	}
}
