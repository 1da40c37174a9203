package batch

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"proofcheck/formats"
	"proofcheck/store"
)

// failures writes the records that could not be checked, with their reasons.
func failures(t *testing.T, s *store.Store) string {
	t.Helper()
	var out []string
	for d, err := range s.Documents(t.Context(), store.DocumentFilter{Failed: true}) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, d.Key+": "+d.Error)
	}
	return strings.Join(out, "\n")
}

func TestARecordOf500MBIsPassedOver(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 500 MB")
	}
	name := filepath.Join(t.TempDir(), "t.jsonl")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintln(f, `{"id":"a","content":"按步就班"}`)
	fmt.Fprint(f, `{"id":"b","content":"`)
	part := strings.Repeat("长", 1<<20)
	for range 500 << 20 / len(part) {
		if _, err := io.WriteString(f, part); err != nil {
			t.Fatal(err)
		}
	}
	fmt.Fprintf(f, "\"}\n%s\n", `{"id":"c","content":"按步就班"}`)
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	s := openStore(t)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	out := scanAll(t, s, examiner(t), open(t, name, SourceOptions{MaxSize: 8 << 20}))
	runtime.ReadMemStats(&after)
	if got, want := found(t, s, store.Filter{}), "a:按步就班:open c:按步就班:open"; got != want || out.Run.Failed != 1 {
		t.Errorf("got %s, want %s; %s", got, want, failures(t, s))
	}
	if n := after.TotalAlloc - before.TotalAlloc; n > 100<<20 {
		t.Errorf("%d bytes were taken", n)
	}
	if got := failures(t, s); !strings.Contains(got, "line 2") || !strings.Contains(got, "too large") {
		t.Errorf("told: %s", got)
	}
}

func TestTooLongBrokenAndMixed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "big.txt"), strings.Repeat("长", 1000))
	write(t, filepath.Join(dir, "binary.html"), "\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x00\x00\x10\x00\x00")
	write(t, filepath.Join(dir, "gbk.html"), "<meta charset=gbk><p>\xb0\xb4\xb2\xbd\xbe\xcd\xb0\xe0</p>") // 按步就班
	write(t, filepath.Join(dir, "utf16.txt"), "\xff\xfe\x09\x63\x65\x6b\x31\x5c\xed\x73")                 // the same
	write(t, filepath.Join(dir, "good.txt"), "按步就班")
	s := openStore(t)
	scan := Scan{Store: s, Sources: []*Source{open(t, dir, SourceOptions{})}, Examiner: examiner(t)}
	scan.Examiner.MaxSize = 2000
	out, err := scan.Run(t.Context())
	if err != nil || out.Run.Documents != 5 || out.Run.Failed != 2 {
		t.Errorf("%+v, %v\n%s", out.Run.Counts, err, failures(t, s))
	}
	if got, want := found(t, s, store.Filter{}), "gbk.html:按步就班:open good.txt:按步就班:open utf16.txt:按步就班:open"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	// What failed is tried again, and only that.
	write(t, filepath.Join(dir, "big.txt"), "按步就班")
	scan.Recheck = true
	out, err = scan.Run(t.Context())
	if err != nil || out.Run.New != 1 || out.Run.Failed != 1 || out.Run.Documents != 5 {
		t.Errorf("%+v, %v", out.Run.Counts, err)
	}

	var zipped bytes.Buffer
	z := zip.NewWriter(&zipped)
	for _, name := range []string{"1.txt", "2.txt", "3.txt"} {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err == nil {
			_, err = io.WriteString(w, "按步就班"+name)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	z.Close()
	bad := bytes.Replace(zipped.Bytes(), []byte("按步就班2"), []byte("按步就斑2"), 1) // its checksum is wrong now
	s = openStore(t)
	out = scanAll(t, s, examiner(t), open(t, write(t, filepath.Join(dir, "z", "a.zip"), string(bad)), SourceOptions{}))
	if out.Run.Documents != 3 || out.Run.Failed != 1 || !strings.Contains(failures(t, s), "2.txt") {
		t.Errorf("%+v\n%s", out.Run.Counts, failures(t, s))
	}
	for _, name := range []string{"cut.zip", "cut.tar.gz", "cut.tar.zst", "cut.csv", "cut.jsonl.gz"} {
		text := "\x1f\x8b\x08\x00\x00\x00"
		src := open(t, write(t, filepath.Join(dir, "z", name), text), SourceOptions{})
		_, err := (&Scan{Store: openStore(t), Sources: []*Source{src, open(t, filepath.Join(dir, "good.txt"), SourceOptions{})}, Examiner: examiner(t)}).Run(t.Context())
		var of *SourceError
		if !errors.As(err, &of) || !strings.Contains(of.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAnOpenQuotationMarkDoesNotTakeTheMemory(t *testing.T) {
	t.Parallel()
	text := "id,content\n1,按步就班\n2,\"not closed\n" + strings.Repeat("一行一格\n", 300_000) + "3,按步就班\n"
	src := open(t, write(t, filepath.Join(t.TempDir(), "t.csv"), text), SourceOptions{MaxSize: 1 << 10})
	s := openStore(t)
	scanAll(t, s, examiner(t), src)
	if got := found(t, s, store.Filter{}); got != "1:按步就班:open 3:按步就班:open" || !strings.HasPrefix(failures(t, s), "row 2: row 2: a quotation mark is not closed within") {
		t.Errorf("got %s; %s", got, failures(t, s))
	}
}

func TestARowWithAnOpenQuotationMarkCostsNoOtherRow(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ what, text, found, failed string }{
		{"closed", "id,content\n1,\"按步就班\n二\"\n2,\"按步\"\"就班\"", "1:按步就班:open", ""},
		{"in the middle", "id,content\r\n1,按步就班\r\n2,\"按步就班\r\n\r\n3,按步就班\r\n4,没有问题\r\n", "1:按步就班:open 3:按步就班:open", "2: row 2: a quotation mark is not closed"},
		{"the first of the row", "id,content\n\"1,按步就班\n2,按步就班\n", "2:按步就班:open", "row 1: row 1: a quotation mark is not closed"},
		{"a mark alone at the end", "id,content\n1,按步就班\n2,\"", "1:按步就班:open", "2: row 2: a quotation mark is not closed"},
		{"a text of several lines that was cut off", "id,title,content\n1,甲,按步就班\n2,乙,\"按步就班\n按步就班，第二行\n按步就班，第三行", "1:按步就班:open", "2: row 2: a quotation mark is not closed"},
		{"two of them", "id,content\n1,\"按步\n2,\"按步就班\n3,按步就班\n", "3:按步就班:open", "1: row 1: a quotation mark is not closed\n2: row 2: a quotation mark is not closed"},
		{"one column", "content\n按步就班\n\"按步就班\n按步就班\n", "row 1:按步就班:open", "row 2: row 2: a quotation mark is not closed"},
		{"what looks like the end", "id,content\n1,\"" + endOfTable + "\"\n" + endOfTable + "\n2,按步就班\n", "2:按步就班:open", ""},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			s := openStore(t)
			src := open(t, write(t, filepath.Join(t.TempDir(), "t.csv"), c.text), SourceOptions{})
			scanAll(t, s, examiner(t), src)
			if got, failed := found(t, s, store.Filter{}), failures(t, s); got != c.found || failed != c.failed {
				t.Errorf("got %s; %s\nwant %s; %s", got, failed, c.found, c.failed)
			}
		})
	}
	// Too many of them end the table; a header with one is none.
	for text, want := range map[string]string{
		"id,content\n" + strings.Repeat("1,\"按步\n", mostOpened+1): fmt.Sprintf("row %d: damaged or cut off: a quotation mark is not closed", mostOpened+1),
		"id,\"content\n1,按步就班\n":                                  "header: a quotation mark is not closed",
	} {
		src := open(t, write(t, filepath.Join(t.TempDir(), "t.csv"), text), SourceOptions{})
		if _, err := (&Scan{Store: openStore(t), Sources: []*Source{src}, Examiner: examiner(t)}).Run(t.Context()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", head(text, 40), err, want)
		}
	}
}

func TestAFullDiskEndsTheRunAndNothingIsLost(t *testing.T) {
	dir := t.TempDir()
	if err := mountSmall(dir, 2<<20); err != nil {
		if os.Getenv("PROOFCHECK_CI") == "1" {
			t.Fatal(err)
		}
		t.Skipf("no small file system can be made: %v", err)
	}
	t.Cleanup(func() { unmountSmall(dir) })
	path := filepath.Join(dir, "s.db")
	s, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	scan := Scan{Store: s, Sources: []*Source{madeSource(6000)}, Examiner: examiner(t), Patience: time.Millisecond}
	out, err := scan.Run(t.Context())
	if !store.Full(err) || out.Done {
		t.Fatalf("got %v", err)
	}
	s.Close()
	moved := filepath.Join(t.TempDir(), "s.db")
	for _, end := range []string{"", "-wal"} {
		if text, err := os.ReadFile(path + end); err == nil {
			write(t, moved+end, string(text))
		}
	}
	if s, err = store.Open(t.Context(), moved); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
	// With room again, the same scan goes on and ends with what an undisturbed one has.
	scan.Store = s
	out, err = scan.Run(t.Context())
	if err != nil || !out.Resumed || out.Run.Documents != 6000 {
		t.Errorf("%+v, %v", out, err)
	}
	straight := openStore(t)
	scanAll(t, straight, examiner(t), madeSource(6000))
	if got, want := results(t, s), results(t, straight); got != want {
		t.Errorf("%d bytes of results differ from %d", len(got), len(want))
	}
}

func TestASampleEstimatesTheRate(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	x := examiner(t)
	whole := scanAll(t, openStore(t), x, madeSource(3000))
	truth := whole.Run.Weighted * 10000 / float64(whole.Run.Characters)
	out, err := (&Scan{Store: s, Sources: []*Source{madeSource(3000)}, Examiner: x, Sample: 400}).Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	e := out.Estimate
	if e == nil || e.Population != 3000 || e.Documents != 400 || out.Run.Documents != 400 {
		t.Fatalf("%+v, %+v", e, out.Run.Counts)
	}
	if e.RateLow > truth || e.RateHigh < truth || e.RateLow > e.Rate || e.RateHigh < e.Rate || e.RateLow == 0 {
		t.Errorf("rate %g in %g–%g, truth %g", e.Rate, e.RateLow, e.RateHigh, truth)
	}
	if e.WrongLow > 1.0/20 || e.WrongHigh < 1.0/20 {
		t.Errorf("share %g in %g–%g, truth 0.05", e.Wrong, e.WrongLow, e.WrongHigh)
	}
	// Textbook values of Wilson's interval.
	if low, high := wilson(10, 100); math.Abs(low-0.0552) > 0.0001 || math.Abs(high-0.1744) > 0.0001 {
		t.Errorf("wilson(10, 100) = %g, %g", low, high)
	}
	if e := estimateOf([]weighed{{0, 30000}}); e.RateHigh != 1 || e.WrongHigh < 0.5 {
		t.Errorf("nothing found: %+v", e)
	}
}

func TestWorkingDays(t *testing.T) {
	t.Parallel()
	day := func(s string) time.Time {
		d, err := time.ParseInLocation(time.DateOnly, s, china)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, c := range []struct {
		from, to string
		want     int
		known    bool
	}{
		{"2024-03-04", "2024-03-04", 0, true},
		{"2024-03-04", "2024-03-05", 1, true},
		{"2024-03-01", "2024-03-04", 1, true},  // over a weekend
		{"2024-02-09", "2024-02-18", 1, true},  // the Spring Festival; Sunday the 18th was worked
		{"2023-09-28", "2023-10-07", 1, true},  // the National Day; Saturday the 7th was worked
		{"2020-01-23", "2020-02-03", 1, true},  // prolonged
		{"2024-03-05", "2024-03-04", 0, true},  // answered before it was asked
		{"2017-09-29", "2017-10-09", 6, false}, // not known: weekends alone
	} {
		if got, known := WorkingDays(day(c.from), day(c.to)); got != c.want || known != c.known {
			t.Errorf("%s–%s: %d, %v; want %d, %v", c.from, c.to, got, known, c.want, c.known)
		}
	}
	// In every year that is known there are 245 to 252 working days.
	c := workdays()
	for year := c.first + 1; year < c.last; year++ {
		n, _ := WorkingDays(day(fmt.Sprintf("%d-12-31", year-1)), day(fmt.Sprintf("%d-12-31", year)))
		if n < 245 || n > 252 {
			t.Errorf("%d has %d working days", year, n)
		}
	}
}

// TestTheSameRecordGivesTheSameResult is what distributing the work relies on.
func TestTheSameRecordGivesTheSameResult(t *testing.T) {
	t.Parallel()
	x := examiner(t)
	r := &Record{Key: "k", Format: formats.Text, Title: "请登陆系统", Date: 20200101, Content: []byte("按步就班。。")}
	first, err := x.Examine(t.Context(), "s", r)
	if err != nil || len(first.Findings) != 3 {
		t.Fatalf("%+v, %v", first, err)
	}
	second, err := x.Examine(t.Context(), "s", r)
	if err != nil || fmt.Sprintf("%+v", first) != fmt.Sprintf("%+v", second) {
		t.Errorf("got\n%+v\nwant\n%+v, %v", second, first, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := x.Examine(ctx, "s", r); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func FuzzTables(f *testing.F) {
	f.Add([]byte("id,title,content\n1,a,\"b\nc\"\n"), true)
	f.Add([]byte("id,content\n1,\"b\nc\n2,\"d\n3,e\n"), true)
	f.Add([]byte("{\"id\":1,\"content\":\"x\"}\nx\n"), false)
	f.Add([]byte("\xff\xfei\x00d\x00"), true)
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text []byte, csv bool) {
		name := filepath.Join(dir, "t.jsonl")
		if csv {
			name = filepath.Join(dir, "t.csv")
		}
		write(t, name, string(text))
		src := open(t, name, SourceOptions{MaxSize: 1 << 16})
		read := func(cursor string) (keys []string, last string) {
			for r, err := range iter.Seq2[*Record, error](src.Records(t.Context(), cursor)) {
				if err != nil {
					return keys, last
				}
				if r.Key == "" || r.Format == nil {
					t.Errorf("record %+v", r)
				}
				keys, last = append(keys, r.Key), r.Cursor
			}
			return keys, last
		}
		all, last := read("")
		if rest, _ := read(last); len(all) > 0 && len(rest) > 0 {
			t.Errorf("%q come after the last of %q", rest, all)
		}
		if again, _ := read(""); !slices.Equal(all, again) {
			t.Errorf("%q, then %q", all, again)
		}
	})
}

func FuzzWARC(f *testing.F) {
	f.Add([]byte("WARC/1.0\r\nWARC-Type: resource\r\nWARC-Target-URI: a\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\n<p>字\r\n\r\n"))
	f.Add([]byte("WARC/1.0\r\nContent-Length: 99999999999\r\n\r\n"))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text []byte) {
		src := open(t, write(t, filepath.Join(dir, "t.warc"), string(text)), SourceOptions{MaxSize: 1 << 16})
		for r, err := range src.Records(t.Context(), "") {
			if err != nil {
				return
			}
			if r.Key == "" && r.Err == nil && r.Format == nil {
				t.Errorf("record %+v", r)
			}
		}
	})
}
