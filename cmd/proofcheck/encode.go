package main

import (
	"slices"

	"golang.org/x/text/encoding/htmlindex"
)

// charsets are the encodings that formats read, by the names of the WHATWG.
var charsets = []string{"utf-8", "gb18030", "gbk", "big5", "utf-16le", "utf-16be"}

// readable reports whether a name, which may be an alias, is that of an encoding in charsets.
func readable(name string) bool {
	e, err := htmlindex.Get(name)
	if err != nil {
		return false
	}
	canonical, err := htmlindex.Name(e)
	return err == nil && slices.Contains(charsets, canonical)
}
