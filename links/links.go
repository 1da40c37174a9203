// Package links knows what the references of a draft point at: whether a target is written
// so that browsers follow it as meant, whether the file or the anchor it names is there, whether
// the server behind it answers, and whether what answers is what the link promises. It judges
// single targets (Inspector), trees of files (Tree), pages (ReadPage) and addresses on the
// network (Prober), and walks whole sites (Crawl).
//
// It does not report: it returns Problems and Answers, which the rules and commands of the
// program put into words. Nothing in it reads flags, config files or the environment.
package links

import "fmt"

// Level says how sure and how grave a problem is.
type Level uint8

// The levels. Info is the zero value.
const (
	Info Level = iota
	Warning
	Error
	levelCount
)

var levelNames = [levelCount]string{"info", "warning", "error"}

// String returns info, warning or error.
func (l Level) String() string {
	if l < levelCount {
		return levelNames[l]
	}
	return fmt.Sprintf("level(%d)", uint8(l))
}

// Problem is something wrong with one reference. Its words stand in the table of messages, see
// Message.
type Problem struct {
	ID      string   // what is wrong; one of IDs
	Level   Level    // how sure and grave it is
	From    int      // bytes; Target[From:To] is at fault, the whole target when both are 0
	To      int      // bytes
	Args    []string // name, value, name, value … for the placeholders of the message
	Suggest string   // the target that should stand there; "" when that is not known
	Safe    bool     // Suggest cannot be wrong
}
