<?php
/**
 * Plugin Name:       proofcheck
 * Description:       Proofreads Chinese drafts before they are published: errors hold a post back until they are mended or somebody with the right overrides them with a reason.
 * Version:           0.1.0
 * Requires at least: 6.0
 * Requires PHP:      7.4
 * License:           Apache-2.0
 * License URI:       https://www.apache.org/licenses/LICENSE-2.0
 * Text Domain:       proofcheck
 * Domain Path:       /languages
 *
 * The plugin asks a proofcheck server (`proofcheck serve`) and keeps no rules of its own.
 *
 * @package Proofcheck
 */

namespace Proofcheck;

defined( 'ABSPATH' ) || exit;

const VERSION = '0.1.0';
const FILE    = __FILE__;

/** The right to publish in spite of errors, with a reason. */
const CAPABILITY = 'proofcheck_override';

require __DIR__ . '/includes/class-settings.php';
require __DIR__ . '/includes/class-draft.php';
require __DIR__ . '/includes/class-client.php';
require __DIR__ . '/includes/class-ruling.php';
require __DIR__ . '/includes/class-records.php';
require __DIR__ . '/includes/class-gate.php';
require __DIR__ . '/includes/class-routes.php';
require __DIR__ . '/includes/class-editors.php';
require __DIR__ . '/includes/class-posts-list.php';
require __DIR__ . '/includes/class-notices.php';
require __DIR__ . '/includes/class-settings-page.php';

register_activation_hook( __FILE__, array( Settings::class, 'install' ) );

add_action(
	'plugins_loaded',
	function () {
		load_plugin_textdomain( 'proofcheck', false, dirname( plugin_basename( FILE ) ) . '/languages' );
		$gate = new Gate( new Client() );
		$gate->listen();
		( new Routes( $gate ) )->listen();
		( new Editors() )->listen();
		( new Posts_List( $gate ) )->listen();
		( new Notices() )->listen();
		( new Settings_Page() )->listen();
	}
);
