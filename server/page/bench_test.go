package page_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// BenchmarkTypingShowsFinding measures what an editor waits for: from the character that makes a word
// wrong to its underline on the screen, in the browser's own clock, in drafts of several lengths. The
// figures are the median and the slowest, in milliseconds.
func BenchmarkTypingShowsFinding(b *testing.B) {
	for _, draft := range []struct {
		name string
		text string
	}{
		{"text-10k", article(10_000)},
		{"html-10k", "<h1>通知</h1>\n" + paragraphs(article(10_000))},
		{"text-100k", article(100_000)},
		{"html-100k", "<h1>通知</h1>\n" + paragraphs(article(100_000))},
	} {
		b.Run(draft.name, func(b *testing.B) {
			tab := open(b, service(b))
			tab.paste(draft.text)
			tab.settled()
			tab.press(kb.End, kb.ModifierCtrl)
			tab.write("<p>")
			var all []float64
			for b.Loop() {
				tab.write("请各单位登陆")
				tab.settled()
				tab.eval(watch)
				tab.write("系统")
				var ms float64
				if err := json.Unmarshal([]byte(tab.eval("seen")), &ms); err != nil {
					b.Fatal(err)
				}
				all = append(all, ms)
				tab.write("。\n")
				tab.settled()
			}
			slices.Sort(all)
			b.ReportMetric(all[len(all)/2], "median-ms")
			b.ReportMetric(all[len(all)-1], "slowest-ms")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// watch makes seen a promise of the time from the next change of the text to the next painted frame in
// which one more finding is underlined.
const watch = `(() => {
  const host = root().querySelector('.cm-content'), before = root().querySelectorAll('.found').length;
  let start = 0;
  host.addEventListener('beforeinput', () => start ||= performance.now(), {capture: true, once: true});
  window.seen = new Promise(done => {
    const o = new MutationObserver(() => {
      if (!start || root().querySelectorAll('.found').length <= before) return;
      o.disconnect();
      requestAnimationFrame(() => done(performance.now() - start));
    });
    o.observe(host, {childList: true, subtree: true});
  });
})()`

// paragraphs makes HTML of a text.
func paragraphs(text string) string {
	var out strings.Builder
	for i, line := range strings.Split(strings.TrimSpace(text), "\n\n") {
		fmt.Fprintf(&out, "<p id=\"p%d\">%s</p>\n", i, line)
	}
	return out.String()
}
