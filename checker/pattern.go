package checker

import (
	"regexp"
	"sync"
)

// lazy returns a regular expression that is compiled when it is first asked for, since most
// drafts need few of them. A wrong expression is a mistake of the program.
func lazy(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}
