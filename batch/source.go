// Package batch checks whole archives: it reads the records of sources (folders, archives, exports,
// databases, live sites), checks those that are new or have changed, and commits what it finds to a
// store, so that a run can be stopped or killed at any moment and goes on where it was. It does not
// report and it does not decide what findings mean; the store has the results.
//
// A [Source] streams [Record]s, an [Examiner] turns one record into a result and knows nothing of
// runs, and a [Scan] puts both together.
package batch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"time"

	"proofcheck/formats"
	"proofcheck/lexicon"
	"proofcheck/store"
)

// Record is one document of a source. What is not known is zero.
type Record struct {
	Key     string // identifies it in its source, the same in every run
	URL     string // where readers find it
	Title   string // checked with the content when it is not part of it
	Date    lexicon.Date
	Column  string // path of columns, such as 政务公开/通知公告
	Unit    string // who is responsible
	Format  *formats.Format
	Charset string    // that the source declares, "" when it does not
	File    string    // its path on this machine, "" when it is no file of its own
	Variant string    // how it is checked when not like most; see Examiner.Variant
	Asked   time.Time // of a message, when it was sent
	Replied time.Time // when it was answered

	Content []byte                        // what is checked, unless Open reads it
	Open    func() (io.ReadCloser, error) // reads the content; nil when Content has it
	Size    int64                         // bytes of content, -1 when not known
	Stamp   string                        // the same stamp means the same content; "" says nothing
	Page    bool                          // a page of a live site: it has menus and a footer
	Cursor  string                        // where its source goes on after it
	At      int64                         // how far the source has been read then, in the unit of Source.Total
	Gone    bool                          // it is no longer there: nothing is wrong with it
	shared  bool                          // a page that is read for the sake of a template, whose key Key is
	walked  []store.Address               // that the walk over its source knows by it
	passed  bool                          // there is nothing to check; only walked counts
	told    *told                         // of a page that was handed over: what whoever read it knew
	Err     error                         // why its content cannot be read; the other fields may be set
}

// Source is where records come from. It is read by one goroutine.
type Source struct {
	// Name identifies the source in the store; it holds no password.
	Name string

	// Records yields the records after a cursor, "" for all, in an order that is the same in every
	// run. An error ends it; the rest cannot be read. A record is valid for ever.
	Records func(ctx context.Context, cursor string) iter.Seq2[*Record, error]

	// Walk is Records of a source without an order, such as a live site: instead of a cursor it takes
	// the addresses that the run has come upon. It is nil for others.
	Walk func(ctx context.Context, known []store.Address) iter.Seq2[*Record, error]

	// Pages says that records may be pages that share templates; see Record.Page.
	Pages bool

	// Site is how a live site is walked; nil for other sources.
	Site *Site

	// Fetch returns one record again by its key, ErrGone when there is none any more. It is nil
	// where that takes reading the source from its beginning. It is safe for many goroutines.
	Fetch func(ctx context.Context, key string) (*Record, error)

	// Total returns how much there is, in the unit of Record.At; 0 when not known. It is nil when
	// it never is.
	Total func(ctx context.Context) int64

	// Close frees what the source holds; nil when it holds nothing.
	Close func() error
}

// ErrGone says that a source no longer has a record.
var ErrGone = errors.New("no longer there")

// TooLargeError says that a record is longer than Options.MaxSize.
type TooLargeError struct{ Size, Limit int64 }

// Error gives the sizes and the remedy.
func (e *TooLargeError) Error() string {
	size := "more"
	if e.Size >= 0 {
		size = fmt.Sprintf("%d bytes", e.Size)
	}
	return fmt.Sprintf("too large: %s, the limit is %d bytes; raise --max-size", size, e.Limit)
}

// RetryError says that a source has failed for a reason that may pass, such as a server that
// restarts. Reading goes on at the last cursor after a while.
type RetryError struct{ Err error }

// Error returns the cause.
func (e *RetryError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *RetryError) Unwrap() error { return e.Err }

// read returns the content of a record.
func (r *Record) read(limit int64) ([]byte, error) {
	if r.Err != nil {
		return nil, r.Err
	}
	if r.Open == nil {
		if int64(len(r.Content)) > limit {
			return nil, &TooLargeError{int64(len(r.Content)), limit}
		}
		return r.Content, nil
	}
	if r.Size > limit {
		return nil, &TooLargeError{r.Size, limit}
	}
	in, err := r.Open()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	return readAll(in, r.Size, limit)
}

// readAll reads at most limit bytes. The size that is expected may be wrong, or -1.
func readAll(in io.Reader, size, limit int64) ([]byte, error) {
	if size < 0 || size > limit {
		size = 16 << 10
	}
	out := make([]byte, 0, size+1)
	for {
		n, err := in.Read(out[len(out):cap(out)])
		out = out[:len(out)+n]
		if int64(len(out)) > limit {
			return nil, &TooLargeError{-1, limit}
		}
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		if len(out) == cap(out) {
			out = append(out, 0)[:len(out)]
		}
	}
}
