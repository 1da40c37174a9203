/* proofcheck in the classic editor: findings in a box, in the visual and in the text tab. */
( function ( wp, given ) {
	'use strict';

	const { __, _n, sprintf } = wp.i18n;
	const byId = ( id ) => document.getElementById( id );
	const inputs = { title: 'title', content: 'content', excerpt: 'excerpt' };
	let fields = {};

	function visual() {
		const editor = window.tinymce && window.tinymce.get( 'content' );
		return editor && ! editor.isHidden() ? editor : null;
	}

	/* What would be saved now. */
	function draft() {
		const now = {};
		if ( visual() ) {
			visual().save();
		}
		Object.keys( inputs ).forEach( ( name ) => {
			now[ name ] = byId( inputs[ name ] ) ? byId( inputs[ name ] ).value : '';
		} );
		return now;
	}

	function write( field, text ) {
		const editor = 'content' === field && visual();
		byId( inputs[ field ] ).value = text;
		if ( editor ) {
			editor.undoManager.transact( () => editor.setContent( window.wp.editor.autop( text ) ) );
			editor.save();
		}
	}

	function check() {
		fields = draft();
		byId( 'proofcheck-summary' ).textContent = '…';
		return wp.apiFetch( {
			path: '/proofcheck/v1/posts/' + given.post + '/check', method: 'POST', data: fields,
		} ).then( show, ( error ) => {
			byId( 'proofcheck-summary' ).textContent = error.message;
		} );
	}

	function summary( answer ) {
		if ( 'unchecked' === answer.verdict ) {
			return answer.message;
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

	function show( answer ) {
		byId( 'proofcheck' ).dataset.verdict = answer.verdict;
		byId( 'proofcheck-summary' ).textContent = summary( answer );
		byId( 'proofcheck-findings' ).replaceChildren( ...answer.findings.map( item ) );
		if ( byId( 'proofcheck-override' ) ) {
			byId( 'proofcheck-override' ).hidden = ! answer.override;
		}
		wp.a11y.speak( summary( answer ) );
	}

	function node( tag, className, text ) {
		const made = document.createElement( tag );
		made.className = className;
		made.textContent = text;
		return made;
	}

	function button( className, text, action ) {
		const made = node( 'button', className, text );
		made.type = 'button';
		made.addEventListener( 'click', action );
		return made;
	}

	function item( finding ) {
		const made = node( 'li', 'proofcheck-finding is-' + finding.level, '' );
		const words = node( 'p', 'proofcheck-words', '' );
		const at = finding.context.indexOf( finding.text );
		if ( at < 0 || ! finding.text ) {
			words.textContent = finding.text || finding.context;
		} else {
			words.append( finding.context.slice( 0, at ), node( 'mark', '', finding.text ), finding.context.slice( at + finding.text.length ) );
		}
		const names = { title: __( 'Title', 'proofcheck' ), content: paragraph( finding ), excerpt: __( 'Excerpt', 'proofcheck' ) };
		made.append( button( 'button-link proofcheck-jump', names[ finding.field ], () => jump( finding ) ), words, node( 'p', '', finding.message ) );
		if ( finding.source ) {
			made.append( node( 'p', 'proofcheck-source', finding.source ) );
		}
		finding.suggestions.slice( 0, 4 ).forEach( ( suggestion, index ) => {
			const edits = editsOf( finding, index );
			if ( edits ) {
				made.append( button( 'button button-small', suggestion || __( 'Delete', 'proofcheck' ), () => apply( finding.field, edits ) ), ' ' );
			}
		} );
		return made;
	}

	/* Paragraphs are what blank lines part. */
	function paragraph( finding ) {
		const number = fields.content.slice( 0, finding.from ).split( /\n\s*\n/ ).length;
		/* translators: %d: number */
		return sprintf( __( 'Paragraph %d', 'proofcheck' ), number );
	}

	function editsOf( finding, index ) {
		if ( 0 === index && finding.edits.length ) {
			return finding.edits;
		}
		if ( fields[ finding.field ].slice( finding.from, finding.to ) === finding.text ) {
			const escaped = finding.suggestions[ index ].replace( /&/g, '&amp;' ).replace( /</g, '&lt;' );
			return [ { from: finding.from, to: finding.to, new: escaped } ];
		}
		return null;
	}

	function apply( field, edits ) {
		if ( draft()[ field ] === fields[ field ] ) {
			write( field, edits.slice().sort( ( a, b ) => b.from - a.from ).reduce(
				( text, edit ) => text.slice( 0, edit.from ) + edit.new + text.slice( edit.to ),
				fields[ field ]
			) );
		}
		check();
	}

	/* Selects the words: in the visual tab by their number among the same words, else by their place. */
	function jump( finding ) {
		const editor = 'content' === finding.field && visual();
		if ( editor && selectVisual( editor, finding ) ) {
			return;
		}
		if ( editor ) {
			window.switchEditors.go( 'content', 'html' );
		}
		const input = byId( inputs[ finding.field ] );
		input.focus();
		input.setSelectionRange( finding.from, finding.to );
	}

	function selectVisual( editor, finding ) {
		const before = new window.DOMParser().parseFromString( fields.content.slice( 0, finding.from ), 'text/html' ).body.textContent;
		let skip = before.split( finding.text ).length - 1;
		const nodes = [];
		const walker = editor.getDoc().createTreeWalker( editor.getBody(), window.NodeFilter.SHOW_TEXT );
		let text = '';
		while ( walker.nextNode() ) {
			nodes.push( { node: walker.currentNode, from: text.length } );
			text += walker.currentNode.data;
		}
		let at = -1;
		do {
			at = text.indexOf( finding.text, at + 1 );
		} while ( at >= 0 && skip-- > 0 );
		if ( at < 0 || ! finding.text ) {
			return false;
		}
		const point = ( place ) => nodes.filter( ( each ) => each.from <= place ).pop();
		const range = editor.getDoc().createRange();
		const first = point( at );
		const last = point( at + finding.text.length - 1 );
		range.setStart( first.node, at - first.from );
		range.setEnd( last.node, at + finding.text.length - last.from );
		editor.focus();
		editor.selection.setRng( range );
		editor.selection.scrollIntoView( first.node.parentNode );
		return true;
	}

	document.addEventListener( 'DOMContentLoaded', () => {
		const start = byId( 'proofcheck-check' );
		if ( start ) {
			start.addEventListener( 'click', check );
			if ( byId( 'content' ) && byId( 'content' ).value ) {
				check();
			}
		}
	} );
}( window.wp, window.proofcheck || {} ) );
