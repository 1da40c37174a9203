package batch

import (
	_ "embed"
	"sync"

	"proofcheck/wording"
)

//go:embed messages.tsv
var messageTable string

var texts = sync.OnceValue(func() wording.Table { return wording.Parse("batch/messages.tsv", messageTable) })

// say returns a text of this package; see wording.
func say(lang, key string, pairs ...string) string { return texts().Say(lang, key, pairs...) }
