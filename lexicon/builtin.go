package lexicon

import (
	_ "embed"
	"sync"
)

//go:generate go run ./internal/gen data builtin.bin

//go:embed builtin.bin
var builtinData string

// The data is part of the program, so that its checksum is left to a test.
var builtin = sync.OnceValue(func() *Set {
	s, err := open(builtinData, false)
	if err != nil {
		panic("lexicon: builtin.bin: " + err.Error() + "; run go generate ./lexicon")
	}
	s.name = "builtin"
	return s
})

// Builtin returns the lexicon that comes with the program.
func Builtin() *Set { return builtin() }
