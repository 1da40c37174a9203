package formats

// temporary
var Markdown = &Format{Name: "markdown", Extensions: []string{".md", ".markdown"}, Split: splitText, Escape: Text.Escape}
