<?php
// What the site of the tests has: a post type that is edited in the classic editor.
add_action(
	'init',
	function () {
		register_post_type(
			'gonggao',
			array(
				'label'        => '公告',
				'public'       => true,
				'show_in_rest' => false,
				'supports'     => array( 'title', 'editor', 'excerpt', 'author' ),
			)
		);
	}
);
