package checker_test

import (
	"context"
	"fmt"
	"strings"

	"proofcheck/checker"
	"proofcheck/formats"
)

// Check a draft with everything built in.
func Example() {
	c, err := checker.New(checker.Options{Profile: "gov", Lang: "en"})
	if err != nil {
		fmt.Println(err)
		return
	}
	draft := strings.NewReader("<p>我们要认真<b>布</b>署，抓好落实。。</p>")
	doc := formats.HTML.Split("draft.html", draft, formats.Options{})
	var stats checker.Stats
	for f, err := range c.Check(context.Background(), doc, &stats) {
		if err != nil {
			fmt.Println("could not check:", err)
			return
		}
		fmt.Println(f.Start, f.Level, f.Text, "→", f.Suggestions())
	}
	fmt.Println(stats.Total(), "findings in", stats.Runes, "characters")
	// Output:
	// 1:12 error 布署 → [部署]
	// 1:23 error 。。 → [。]
	// 2 findings in 14 characters
}
