package store

import (
	"errors"
	"reflect"
	"testing"
	"time"
)

func auditEntry(name string) *AuditEntry {
	return &AuditEntry{
		Name: name, Check: name, Kind: AuditCheck, At: time.UnixMilli(1_700_000_000_123).UTC(), Token: "cms", Person: "张三", Policy: "news", Channel: "要闻",
		Document: "42", URL: "https://www.example.gov.cn/a", Hash: "ab", Verdict: "block", Errors: 1, Warnings: 2, Infos: 3, Characters: 300, ErrorRate: 1.5,
		Fingerprints: []string{"067d9f2e40d25ea6", "067d9f2e40d25ea6-2"}, Tool: "1", Rules: "r", Lexicons: []string{"a", "b"},
	}
}

func TestAuditKeepsEveryEntryOnceAndInOrder(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *Store) {
		first, second := auditEntry("one"), auditEntry("two")
		second.Content, second.Format = []byte("<p>\x00正文"), "html"
		override := &AuditEntry{Name: "three", Check: "two", Kind: AuditOverride, At: first.At, Reason: "领导\x00同意", Fingerprints: []string{}, Lexicons: []string{}}
		for _, batch := range [][]*AuditEntry{{first, second}, {second, override}, {override}} {
			if err := s.Record(t.Context(), batch); err != nil {
				t.Fatal(err)
			}
		}
		var got []*AuditEntry
		last := int64(0)
		for e, err := range s.Audits(t.Context(), 0, 100) {
			if err != nil {
				t.Fatal(err)
			}
			if e.ID <= last {
				t.Errorf("ID %d after %d", e.ID, last)
			}
			last, e.ID = e.ID, 0
			got = append(got, e)
		}
		override.Reason = "领导\uFFFD同意"
		want := []*AuditEntry{first, second, override}
		second.Content, second.Format = nil, ""
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, want %+v", got, want)
		}
		for e, err := range s.Audits(t.Context(), last-1, 1) {
			if err != nil || e.Name != "three" {
				t.Errorf("the page after %d begins with %v, %v", last-1, e, err)
			}
		}
		if list, err := s.AuditOf(t.Context(), "two"); err != nil || len(list) != 2 || list[1].Kind != AuditOverride {
			t.Errorf("about two: %v, %v", list, err)
		}
		if text, format, err := s.AuditContent(t.Context(), "two"); err != nil || string(text) != "<p>\x00正文" || format != "html" {
			t.Errorf("content %q, %s, %v", text, format, err)
		}
		if _, _, err := s.AuditContent(t.Context(), "one"); !errors.Is(err, ErrNotFound) {
			t.Errorf("content that nobody asked to keep: %v", err)
		}
		if _, err := s.AuditOf(t.Context(), "none"); !errors.Is(err, ErrNotFound) {
			t.Errorf("no such check: %v", err)
		}
	})
}
