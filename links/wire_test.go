package links

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"
)

func TestAnAnswerComesBackFromItsJSON(t *testing.T) {
	t.Parallel()
	for _, a := range []*Answer{
		{URL: "https://example.com/", Size: -1},
		{
			URL: "https://example.com/", Verdict: Dead, Reason: "status", Args: []string{"status", "404"}, Chain: []Hop{{}}, Final: "https://example.com/x",
			Permanent: true, Type: "text/html", Size: 12, Title: "标题", Lead: "开头", Attempts: 2, Took: time.Second,
			Checked: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), First: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Times: 3, anchors: map[uint64]struct{}{1: {}, 2: {}},
		},
		{anchors: map[uint64]struct{}{}},
	} {
		text, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		got := &Answer{}
		if err := json.Unmarshal(text, got); err != nil || !reflect.DeepEqual(got, a) {
			t.Errorf("%+v came back as %+v, %v", a, got, err)
		}
	}
}
