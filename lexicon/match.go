package lexicon

// Match is a place where an entry was found.
type Match struct {
	Start, End int // bytes of the text
	Entry      *Entry
	Disguised  bool // found only by evasion matching
}
