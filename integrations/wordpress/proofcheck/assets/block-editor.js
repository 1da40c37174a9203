/* proofcheck in the block editor: a panel before publishing and a sidebar. No build step. */
( function ( wp, given ) {
	'use strict';

	const { createElement: el, Fragment, useEffect, useState } = wp.element;
	const { Button, Notice, Spinner, TextareaControl } = wp.components;
	const { select, dispatch, subscribe, useSelect, useDispatch } = wp.data;
	const { __, _n, sprintf } = wp.i18n;
	const { serialize, parse, getBlockType } = wp.blocks;
	const parts = wp.editor && wp.editor.PluginPrePublishPanel ? wp.editor : wp.editPost;
	const STORE = 'proofcheck';
	const LOCK = 'proofcheck';
	const FIELDS = [ 'title', 'content', 'excerpt' ];

	/* What is in the editor now. */
	function draft() {
		const editor = select( 'core/editor' );
		const fields = {};
		FIELDS.forEach( ( name ) => {
			fields[ name ] = 'content' === name ? editor.getEditedPostContent() : String( editor.getEditedPostAttribute( name ) || '' );
		} );
		return fields;
	}

	function same( a, b ) {
		return !! a && !! b && FIELDS.every( ( name ) => a[ name ] === b[ name ] );
	}

	function ask( path, more ) {
		const fields = draft();
		return wp.apiFetch( {
			path: '/proofcheck/v1/posts/' + select( 'core/editor' ).getCurrentPostId() + path,
			method: 'POST',
			data: Object.assign( {}, fields, more ),
		} ).then( ( answer ) => ( { fields, answer } ) );
	}

	/* The last answer, and the text that it speaks of. */
	let asked = 0;
	wp.data.register( wp.data.createReduxStore( STORE, {
		reducer( state, action ) {
			return 'SET' === action.type ? Object.assign( {}, state, action.state ) : state || { busy: false, fields: null, answer: null, failure: '' };
		},
		selectors: { get: ( state ) => state },
		actions: {
			set: ( state ) => ( { type: 'SET', state } ),
			check: () => ( { dispatch: own } ) => {
				const mine = ++asked;
				own.set( { busy: true } );
				return ask( '/check' ).then(
					( got ) => mine === asked && own.set( Object.assign( { busy: false, failure: '' }, got ) ),
					( error ) => mine === asked && own.set( { busy: false, fields: null, answer: null, failure: error.message } )
				);
			},
			override: ( reason ) => ( { dispatch: own } ) => {
				own.set( { busy: true } );
				return ask( '/override', { reason } ).then(
					( got ) => own.set( Object.assign( { busy: false, failure: '' }, got ) ),
					( error ) => own.set( { busy: false, failure: error.message } )
				);
			},
		},
	} ) );

	/* Where each block stands in the content: an outer block before those inside it. */
	function blockRanges( content ) {
		const ranges = [];
		function walk( blocks, from, to, depth, top ) {
			let at = from;
			blocks.forEach( ( block, index ) => {
				const text = serialize( block, { isInnerBlocks: depth > 0 } );
				const begin = content.indexOf( text, at );
				if ( begin < 0 || begin + text.length > to || '' === text ) {
					return;
				}
				at = begin + text.length;
				const number = depth ? top : index + 1;
				ranges.push( { block, from: begin, to: at, number } );
				walk( block.innerBlocks, begin, at, depth + 1, number );
			} );
		}
		walk( select( 'core/block-editor' ).getBlocks(), 0, content.length, 0, 0 );
		return ranges;
	}

	/* The innermost block around a stretch of the content. */
	function blockAt( ranges, from, to ) {
		return ranges.reduce( ( found, range ) => ( range.from <= from && to <= range.to ? range : found ), null );
	}

	function place( finding, ranges ) {
		if ( 'title' === finding.field ) {
			return __( 'Title', 'proofcheck' );
		}
		if ( 'excerpt' === finding.field ) {
			return __( 'Excerpt', 'proofcheck' );
		}
		const range = blockAt( ranges, finding.from, finding.to );
		if ( ! range ) {
			return __( 'Content', 'proofcheck' );
		}
		const type = getBlockType( range.block.name );
		/* translators: 1: kind of block, 2: its number */
		return sprintf( __( '%1$s, block %2$d', 'proofcheck' ), type ? type.title : range.block.name, range.number );
	}

	function plain( html ) {
		return new window.DOMParser().parseFromString( html, 'text/html' ).body.textContent;
	}

	function count( text, word ) {
		return word ? text.split( word ).length - 1 : 0;
	}

	/* Selects the block of a finding, and the words in it where they are rich text. */
	function jump( finding, fields ) {
		if ( 'content' !== finding.field ) {
			const place = document.querySelector( 'title' === finding.field ? '.editor-post-title__input' : '.editor-post-excerpt textarea' );
			if ( place ) {
				place.focus();
			}
			return;
		}
		const range = blockAt( blockRanges( fields.content ), finding.from, finding.to );
		if ( ! range ) {
			return;
		}
		const { clientId, name, attributes } = range.block;
		const editor = dispatch( 'core/block-editor' );
		editor.selectBlock( clientId );
		let skip = count( plain( fields.content.slice( range.from, finding.from ) ), finding.text );
		const types = ( getBlockType( name ) || {} ).attributes || {};
		Object.keys( types ).some( ( key ) => {
			if ( ! [ 'html', 'rich-text' ].includes( types[ key ].source ) || ! attributes[ key ] ) {
				return false;
			}
			const text = wp.richText.create( { html: String( attributes[ key ] ) } ).text;
			let at = -1;
			do {
				at = text.indexOf( finding.text, at + 1 );
			} while ( at >= 0 && skip-- > 0 );
			if ( at >= 0 ) {
				editor.selectionChange( clientId, key, at, at + finding.text.length );
			}
			return at >= 0;
		} );
	}

	/* The edits that a suggestion means; null when the editor has to make them by hand. */
	function editsOf( finding, fields, index ) {
		if ( 0 === index && finding.edits.length ) {
			return finding.edits;
		}
		if ( index < finding.suggestions.length && fields[ finding.field ].slice( finding.from, finding.to ) === finding.text ) {
			const escaped = finding.suggestions[ index ].replace( /&/g, '&amp;' ).replace( /</g, '&lt;' );
			return [ { from: finding.from, to: finding.to, new: escaped } ];
		}
		return null;
	}

	function edited( text, edits, shift ) {
		return edits.slice().sort( ( a, b ) => b.from - a.from ).reduce(
			( done, edit ) => done.slice( 0, edit.from - shift ) + edit.new + done.slice( edit.to - shift ),
			text
		);
	}

	/* Applies lists of edits, each whole or not at all; the text must be the one that was checked. */
	function apply( lists, fields ) {
		const ranges = blockRanges( fields.content );
		const taken = [];
		const blocks = new Map();
		const attributes = {};
		lists.forEach( ( { field, edits } ) => {
			const from = Math.min( ...edits.map( ( edit ) => edit.from ) );
			const to = Math.max( ...edits.map( ( edit ) => edit.to ) );
			if ( taken.some( ( other ) => other.field === field && from < other.to && other.from < to ) ) {
				return;
			}
			if ( 'content' !== field ) {
				attributes[ field ] = ( attributes[ field ] || [] ).concat( edits );
			} else {
				const range = blockAt( ranges, from, to );
				if ( ! range ) {
					return;
				}
				blocks.set( range, ( blocks.get( range ) || [] ).concat( edits ) );
			}
			taken.push( { field, from, to } );
		} );
		Object.keys( attributes ).forEach( ( field ) => {
			dispatch( 'core/editor' ).editPost( { [ field ]: edited( fields[ field ], attributes[ field ], 0 ) } );
		} );
		blocks.forEach( ( edits, range ) => {
			const made = parse( edited( fields.content.slice( range.from, range.to ), edits, range.from ) );
			if ( 1 === made.length && made[ 0 ].name === range.block.name && ! range.block.innerBlocks.length ) {
				dispatch( 'core/block-editor' ).updateBlockAttributes( range.block.clientId, made[ 0 ].attributes );
			} else {
				dispatch( 'core/block-editor' ).replaceBlocks( range.block.clientId, made );
			}
		} );
	}

	function Finding( { finding, fields, where, stale } ) {
		const { check } = useDispatch( STORE );
		const use = ( edits ) => {
			apply( [ { field: finding.field, edits } ], fields );
			check();
		};
		return el( 'li', { className: 'proofcheck-finding is-' + finding.level },
			el( Button, { variant: 'link', className: 'proofcheck-jump', disabled: stale, onClick: () => jump( finding, fields ) }, where ),
			el( 'p', { className: 'proofcheck-words' }, context( finding ) ),
			el( 'p', null, finding.message ),
			finding.source && el( 'p', { className: 'proofcheck-source' }, finding.source ),
			el( 'div', { className: 'proofcheck-suggestions' }, finding.suggestions.slice( 0, 4 ).map( ( suggestion, index ) => {
				const edits = editsOf( finding, fields, index );
				return edits && el( Button, {
					key: index, isSmall: true, variant: 'secondary', disabled: stale, onClick: () => use( edits ),
				}, suggestion || __( 'Delete', 'proofcheck' ) );
			} ) )
		);
	}

	/* The words at fault, marked, with what stands around them. */
	function context( finding ) {
		const at = finding.context.indexOf( finding.text );
		if ( at < 0 || ! finding.text ) {
			return finding.text || finding.context;
		}
		return [ finding.context.slice( 0, at ), el( 'mark', { key: 'mark' }, finding.text ), finding.context.slice( at + finding.text.length ) ];
	}

	function Override() {
		const [ reason, setReason ] = useState( '' );
		const { override } = useDispatch( STORE );
		return el( 'div', { className: 'proofcheck-override' },
			el( TextareaControl, {
				label: __( 'Publish in spite of the errors, because:', 'proofcheck' ), value: reason, onChange: setReason, rows: 2, maxLength: 500,
			} ),
			el( Button, { variant: 'secondary', isDestructive: true, disabled: ! reason.trim(), onClick: () => override( reason ) }, __( 'Override', 'proofcheck' ) )
		);
	}

	function Findings() {
		const state = useSelect( ( from ) => from( STORE ).get(), [] );
		const now = useSelect( () => JSON.stringify( draft() ), [] );
		const { check } = useDispatch( STORE );
		const { busy, fields, answer, failure } = state;
		const stale = JSON.stringify( fields ) !== now;
		// Checks when it is shown, and again when the text has rested for a while.
		useEffect( () => {
			if ( ! same( select( STORE ).get().fields, draft() ) ) {
				const timer = setTimeout( check, select( STORE ).get().answer ? 600 : 0 );
				return () => clearTimeout( timer );
			}
		}, [ now ] );
		if ( failure ) {
			return el( Fragment, null,
				el( Notice, { status: 'error', isDismissible: false }, failure ),
				el( Button, { variant: 'secondary', onClick: check, disabled: busy }, __( 'Try again', 'proofcheck' ) )
			);
		}
		if ( ! answer ) {
			return el( Spinner );
		}
		const ranges = stale ? [] : blockRanges( fields.content );
		const safe = answer.findings.filter( ( finding ) => finding.safe && finding.edits.length );
		const unchecked = 'unchecked' === answer.verdict;
		return el( 'div', { className: 'proofcheck-findings', 'aria-busy': busy || stale, 'data-verdict': answer.verdict },
			el( 'p', { className: 'proofcheck-summary', role: 'status' }, summary( answer ), ( busy || stale ) && el( Spinner ) ),
			answer.message && unchecked && el( Notice, { status: answer.allowed ? 'warning' : 'error', isDismissible: false }, answer.message ),
			unchecked && el( Button, { variant: 'secondary', onClick: check, disabled: busy }, __( 'Try again', 'proofcheck' ) ),
			safe.length > 1 && el( Button, {
				variant: 'secondary', disabled: stale, onClick: () => {
					apply( safe, fields );
					check();
				},
			}, /* translators: %d: number */ sprintf( __( 'Apply %d safe suggestions', 'proofcheck' ), safe.length ) ),
			el( 'ul', null, answer.findings.map( ( finding ) => el( Finding, {
				key: finding.fingerprint, finding, fields, stale, where: stale ? '…' : place( finding, ranges ),
			} ) ) ),
			answer.override && ! stale && el( Override ),
			( given.overrides || [] ).map( ( line, index ) => el( 'p', { key: index, className: 'proofcheck-source' }, line ) )
		);
	}

	function summary( answer ) {
		if ( 'unchecked' === answer.verdict ) {
			return __( 'Not checked', 'proofcheck' );
		}
		const { error, warning, info } = answer.counts;
		return [
			/* translators: %d: number */
			error && sprintf( _n( '%d error', '%d errors', error, 'proofcheck' ), error ),
			/* translators: %d: number */
			warning && sprintf( _n( '%d warning', '%d warnings', warning, 'proofcheck' ), warning ),
			/* translators: %d: number */
			info && sprintf( _n( '%d hint', '%d hints', info, 'proofcheck' ), info ),
		].filter( Boolean ).join( ' · ' ) || __( 'Nothing was found.', 'proofcheck' );
	}

	/* Locks the button while it is known that the server would refuse. The server decides. */
	function Lock() {
		const locked = useSelect( ( from ) => {
			const { fields, answer } = from( STORE ).get();
			return !! answer && ! answer.allowed && same( fields, draft() );
		}, [] );
		const { lockPostSaving, unlockPostSaving } = useDispatch( 'core/editor' );
		useEffect( () => {
			if ( locked ) {
				lockPostSaving( LOCK );
				return () => unlockPostSaving( LOCK );
			}
		}, [ locked ] );
		return null;
	}

	const title = __( 'Proofreading', 'proofcheck' );

	wp.plugins.registerPlugin( 'proofcheck', {
		icon: 'editor-spellcheck',
		render: () => el( Fragment, null,
			el( parts.PluginPrePublishPanel, { title, icon: 'editor-spellcheck', initialOpen: true }, el( Lock ), el( Findings ) ),
			el( parts.PluginSidebarMoreMenuItem, { target: 'proofcheck' }, title ),
			el( parts.PluginSidebar, { name: 'proofcheck', title, icon: 'editor-spellcheck' }, el( 'div', { className: 'proofcheck-sidebar' }, el( Findings ) ) )
		),
	} );

	/* A refusal that came from the server opens the sidebar with what it is about. */
	wp.apiFetch.use( ( options, next ) => next( options ).catch( ( error ) => {
		if ( error && 'proofcheck_blocked' === error.code && error.data && error.data.proofcheck ) {
			dispatch( STORE ).set( { busy: false, failure: '', fields: draft(), answer: error.data.proofcheck } );
			dispatch( 'core/editor' ).hidePublishSidebar?.();
			dispatch( 'core/edit-post' ).openGeneralSidebar( 'proofcheck/proofcheck' );
		}
		throw error;
	} ) );

	if ( given.held ) {
		wp.domReady( () => dispatch( 'core/notices' ).createErrorNotice( given.held, { id: 'proofcheck-held', isDismissible: true } ) );
		const stop = subscribe( () => {
			const editor = select( 'core/editor' );
			if ( editor.isSavingPost() && ! editor.isAutosavingPost() ) {
				dispatch( 'core/notices' ).removeNotice( 'proofcheck-held' );
				stop();
			}
		} );
	}
}( window.wp, window.proofcheck || {} ) );
