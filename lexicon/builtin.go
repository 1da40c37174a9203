package lexicon

import "sync"

var builtin = sync.OnceValue(func() *Set {
	s, err := newBuilder().set("builtin")
	if err != nil {
		panic(err)
	}
	return s
})

// Builtin returns the lexicon that comes with the program.
func Builtin() *Set { return builtin() }
