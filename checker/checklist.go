package checker

import "strings"

// A ChecklistItem is one thing that an inspector marks, and what finds it.
type ChecklistItem struct {
	Item  string   // P marks, N numbers, D documents, W characters and words, L pages and links, A–G lists
	Rules []string // IDs, those of the lexicon's categories with their pack: "typo/word (pack:variants)"

	zh, en string
}

// What returns the item in a language, "zh" or "en".
func (i *ChecklistItem) What(lang string) string {
	if lang == "en" {
		return i.en
	}
	return i.zh
}

// Checklist returns what inspectors mark, item by item, with the rules that find it.
func Checklist() []ChecklistItem {
	var out []ChecklistItem
	for _, row := range readTable("data/checklist.tsv") {
		out = append(out, ChecklistItem{row["item"], strings.Split(row["rules"], ", "), row["what_zh"], row["what_en"]})
	}
	return out
}
