package typo

// memory counts, roughly, which short strings a document has shown already: what comes back
// is a name or a term rather than a slip.
type memory struct {
	count [1 << 12]uint8
}

// seen returns how often the tokens about a candidate came up before in the document.
func (r *memory) seen(ids []token, i, n int) int32 { return 0 }
