package main

import (
	_ "embed"
	"sync"

	"proofcheck/wording"
)

// Languages of messages, the first one being the default.
var languages = []string{"zh", "en"}

//go:embed messages.tsv
var messageTable string

// readMessages reads the table of messages once.
var readMessages = sync.OnceValue(func() wording.Table { return wording.Parse("proofcheck: messages.tsv", messageTable) })

// speaker says things in one language.
type speaker struct{ lang string }

// say returns the message of a key with its {placeholders} filled: name, value, name, value …
func (s speaker) say(key string, pairs ...string) string {
	return readMessages().Say(s.lang, key, pairs...)
}

// fail makes an error of a message.
func (s speaker) fail(key string, pairs ...string) error {
	return problem(s.say(key, pairs...))
}

// problem is an error that needs no more words before it is shown.
type problem string

// Error returns the sentence.
func (p problem) Error() string { return string(p) }
