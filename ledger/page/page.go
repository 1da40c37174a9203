// Package page shows a store to people as one web page: figures, charts that filter each other, the most
// frequent words, all findings in a list, and the findings of each article with their words marked. The
// page stands alone in one file, or is served, and then several people can set states on it. It takes
// texts of drafts as texts: nothing of them is ever markup, and a content security policy keeps
// everything out that is not the page's own.
package page

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html"
	"io"
	"strings"
	"sync"
	"time"

	"proofcheck/ledger"
	"proofcheck/lexicon"
	"proofcheck/store"
	"proofcheck/wording"
)

//go:embed page.css
var style string

//go:embed elements.js
var elements string

//go:embed page.js
var figures string

// script is what the page runs: how elements are made, and what is done with them.
var script = elements + figures

//go:embed labels.tsv
var labelTable string

var labels = sync.OnceValue(func() wording.Table { return wording.Parse("page: labels.tsv", labelTable) })

// Options say what a page shows. The zero value shows everything in Chinese.
type Options struct {
	Lang        string // "zh" (default) or "en"
	Title       string
	Filter      store.Filter
	Units       ledger.Units
	Score       ledger.Score
	Now         time.Time
	MaxFindings int // that the list holds, 200,000 when zero; all are counted

	only lexicon.Level // of a round of collect
}

// defaultFindings keeps a page below some 20 MB.
const defaultFindings = 200000

func (o Options) withDefaults() Options {
	o.MaxFindings = cmp.Or(o.MaxFindings, defaultFindings)
	o.Title = cmp.Or(o.Title, labels().Say(o.Lang, "title"))
	return o
}

// Write writes the page of a store as one file that needs nothing but itself and a browser of 2021 or
// later. What it holds in memory is bounded by MaxFindings.
func Write(ctx context.Context, w io.Writer, s *store.Store, opt Options) error {
	opt = opt.withDefaults()
	d, err := collect(ctx, s, opt, false)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(w, 1<<16)
	out.WriteString(head(opt, policy("")))
	out.WriteString(`<script type="application/octet-stream" id="data">`)
	text := base64.NewEncoder(base64.StdEncoding, out)
	z := gzip.NewWriter(text)
	if err := d.write(z); err != nil {
		return fmt.Errorf("page: %w", err)
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("page: %w", err)
	}
	if err := text.Close(); err != nil {
		return fmt.Errorf("page: %w", err)
	}
	out.WriteString("</script>\n" + foot())
	return out.Flush()
}

// policy is the content security policy: the page's own style and script, and what connect allows.
func policy(connect string) string {
	hash := func(s string) string {
		sum := sha256.Sum256([]byte(s))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	p := "default-src 'none'; style-src " + hash(style) + "; script-src " + hash(script) + "; base-uri 'none'; form-action 'none'"
	if connect != "" {
		p += "; connect-src " + connect
	}
	return p
}

func head(opt Options, policy string) string {
	lang := "zh-CN"
	if opt.Lang == "en" {
		lang = "en"
	}
	say := func(key string) string { return html.EscapeString(labels().Say(opt.Lang, key)) }
	return strings.NewReplacer("{lang}", lang, "{policy}", policy, "{title}", html.EscapeString(opt.Title), "{style}", style,
		"{loading}", say("loading"), "{noscript}", say("noscript")).Replace(`<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<div id="app"><p class="loading">{loading}</p></div>
<noscript><p class="loading">{noscript}</p></noscript>
`)
}

func foot() string { return "<script>" + script + "</script>\n</body>\n</html>\n" }
