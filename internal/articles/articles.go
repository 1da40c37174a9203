// Package articles makes articles for measurements and tests: the same ones for the same numbers, of
// 1 to 20 KB, every twentieth with wrong words whose number is known.
package articles

import (
	_ "embed"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
)

var (
	//go:embed parts.tsv
	partTable string
	//go:embed wrong.tsv
	wrongTable string
)

// Article is a made article.
type Article struct {
	Number int
	Name   string // of a file, with its folder: 政务公开/2019/a0000012.html
	Title  string
	Date   string   // YYYY-MM-DD
	Text   string   // HTML when Name ends in .html, else plain text
	Wrong  []string // the wrong words in it
}

type data struct {
	parts map[string][]string
	wrong [][2]string // sentence and word
}

var read = sync.OnceValue(func() data {
	d := data{parts: map[string][]string{}}
	for line := range strings.Lines(partTable) {
		if cells := strings.Split(strings.TrimSpace(line), "\t"); !strings.HasPrefix(line, "#") {
			d.parts[cells[0]] = cells[1:]
		}
	}
	for line := range strings.Lines(wrongTable) {
		if s, w, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok && !strings.HasPrefix(line, "#") {
			d.wrong = append(d.wrong, [2]string{s, w})
		}
	}
	return d
})

// Every is the share of articles with wrong words: one of so many.
const Every = 20

var columns = []string{"政务公开", "通知公告", "工作动态", "政策解读", "互动交流"}

// Make makes article n.
func Make(n int) Article {
	d := read()
	r := rand.New(rand.NewPCG(uint64(n), 20240101))
	pick := func(part string) string { return d.parts[part][r.IntN(len(d.parts[part]))] }
	day := fmt.Sprintf("%d-%02d-%02d", 2010+n%15, 1+r.IntN(12), 1+r.IntN(28))
	a := Article{Number: n, Date: day, Title: pick("who") + pick("did")}
	html := n%3 != 2
	ending := ".txt"
	if html {
		ending = ".html"
	}
	a.Name = fmt.Sprintf("%s/%s/a%07d%s", columns[n%len(columns)], day[:4], n, ending)
	size := 1000 + int(19000*r.Float64()*r.Float64()*r.Float64())
	var wrong [][2]string
	if n%Every == Every/2 {
		for range 1 + r.IntN(3) {
			w := d.wrong[r.IntN(len(d.wrong))]
			wrong = append(wrong, w)
			a.Wrong = append(a.Wrong, w[1])
		}
	}
	var b strings.Builder
	if html {
		fmt.Fprintf(&b, "<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>%s</title><meta name=\"PubDate\" content=\"%s\"></head><body>\n<h1>%s</h1>\n", a.Title, day, a.Title)
	} else {
		b.WriteString(a.Title + "\n\n")
	}
	for paragraph := 0; b.Len() < size || len(wrong) > 0; paragraph++ {
		if html {
			b.WriteString("<p>")
		}
		for range 2 + r.IntN(3) {
			fmt.Fprintf(&b, "%s%s%s，%s。", pick("when"), pick("who"), pick("did"), pick("aim"))
			if r.IntN(2) == 0 {
				fmt.Fprintf(&b, "%s。", pick("result"))
			}
		}
		if len(wrong) > 0 {
			b.WriteString(wrong[0][0])
			wrong = wrong[1:]
		}
		if html {
			b.WriteString("</p>\n")
		} else {
			b.WriteString("\n\n")
		}
	}
	if html {
		b.WriteString("</body></html>\n")
	}
	a.Text = b.String()
	return a
}
