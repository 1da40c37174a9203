package typo

import (
	"strings"
	"testing"
)

// TestReadAtOnce holds reading many tokens at once to reading one after the other.
func TestReadAtOnce(t *testing.T) {
	d := Embedded().NewDetector(Options{})
	long := strings.Repeat("各级人民政府应当加强对安全生产工作的领导，支持、督促有关部门依法履行职责。鑫犇囍2026年", 40)
	for _, text := range []string{"", "的", "，。", long, strings.Repeat("的", 3*readAtOnce), "abc，" + long[3:] + "龘"} {
		d.read(text)
		c, r := &context{}, reading{}
		for i := range d.ids {
			if p := d.m.read(c, d.ids, i, &r); p != d.cost[i] || r != d.reading[i] {
				t.Fatalf("token %d of %.30q: cost %d and %+v at once, %d and %+v one after the other", i, text, d.cost[i], d.reading[i], p, r)
			}
			c = &d.reading[i].after
		}
	}
}
