package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/aymanbagabas/go-udiff"

	"proofcheck/checker"
	"proofcheck/formats"
	"proofcheck/source"
)

// Bounds of fixing.
const (
	fixRounds = 8        // a fix may make way for another one; more rounds would be a quarrel of rules
	diffLimit = 64 << 20 // bytes of a file that --diff shows
)

// patch is an edit in bytes of the file.
type patch struct {
	source.Span
	text []byte
}

// fixer mends one draft.
type fixer struct {
	*program
	checker *checker.Checker
	draft   draft
	options formats.Options
	all     bool                        // also fixes that are not safe
	wanted  func(*checker.Finding) bool // nil means all findings
	fixed   int                         // findings that were mended
}

// errChanged says that somebody else wrote the file meanwhile.
var errChanged = errors.New("the file changed while it was checked; check it again")

// mend fixes the draft's file in place and reports whether it has changed. It goes on until there
// is nothing more to mend, so that a second run changes nothing.
func (f *fixer) mend(ctx context.Context) (bool, error) {
	first, patches, err := f.look(ctx, f.draft.path)
	if err != nil || len(patches) == 0 {
		return false, err
	}
	sum, from := first, f.draft.path
	var out *atomicFile
	seen := map[[sha256.Size]byte]bool{first: true}
	for range fixRounds {
		next, err := createAtomic(f.draft.path)
		if err != nil {
			return false, err
		}
		err = rewrite(next, from, patches, sum)
		if out != nil {
			out.discard()
		}
		if out = next; err != nil {
			out.discard()
			return false, err
		}
		from = out.Name()
		if sum, patches, err = f.look(ctx, from); err != nil {
			out.discard()
			return false, err
		}
		if len(patches) == 0 || seen[sum] {
			break
		}
		seen[sum] = true
	}
	defer out.discard()
	if now, err := sumOf(f.draft.path); err != nil || now != first {
		return false, cmp.Or(err, errChanged)
	}
	return true, out.commit()
}

// look checks a file and returns the hash of its bytes and what is to be changed, in order and
// without overlaps.
func (f *fixer) look(ctx context.Context, path string) (sum [sha256.Size]byte, patches []patch, err error) {
	in, err := os.Open(path)
	if err != nil {
		return sum, nil, err
	}
	defer in.Close()
	h := sha256.New()
	tee := io.TeeReader(in, h)
	patches, err = f.patches(ctx, tee)
	if err == nil {
		_, err = io.Copy(io.Discard, tee)
	}
	return [sha256.Size]byte(h.Sum(nil)), patches, err
}

// patches checks a draft and returns what is to be changed in it.
func (f *fixer) patches(ctx context.Context, in io.Reader) ([]patch, error) {
	doc := f.draft.format.Split(shown(f.draft.path), in, f.options)
	var groups [][]patch // of one finding each
	for finding, err := range f.checker.Check(ctx, doc, nil) {
		if err != nil {
			return nil, err
		}
		if len(finding.Fixes) == 0 || !f.all && !finding.Safe() || f.wanted != nil && !f.wanted(finding) {
			continue
		}
		if g := patchesOf(doc, f.draft.format, &finding.Fixes[0]); g != nil {
			groups = append(groups, g)
		}
	}
	f.options.Charset = doc.Encoding // what is mended is read as what it was
	patches, n := choose(groups)
	f.fixed += n
	return patches, nil
}

// patchesOf turns the edits of a fix into bytes, nil when the encoding of the file has no such
// characters.
func patchesOf(doc *source.Document, format *formats.Format, fix *checker.Fix) []patch {
	var out []patch
	for _, e := range fix.Edits {
		text, ok := encode(doc.Encoding, format, e.New)
		if !ok {
			return nil
		}
		out = append(out, patch{e.Span, text})
	}
	return out
}

// choose returns the patches of those groups that do not overlap an earlier one, in order, and how
// many groups that are. The others have their turn in the next round.
func choose(groups [][]patch) ([]patch, int) {
	slices.SortStableFunc(groups, func(a, b []patch) int { return cmp.Compare(a[0].Start, b[0].Start) })
	var out []patch
	end, n := int64(-1), 0
	for _, g := range groups {
		if g[0].Start < end || g[0].Start == end && g[0].Len() == 0 {
			continue
		}
		out = append(out, g...)
		end, n = g[len(g)-1].End, n+1
	}
	return out, n
}

// rewrite copies a file with patches and fails with errChanged when its bytes are not the expected
// ones.
func rewrite(w io.Writer, path string, patches []patch, sum [sha256.Size]byte) error {
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer in.Close()
	h := sha256.New()
	if err := apply(w, io.TeeReader(in, h), patches); err != nil {
		return err
	}
	if [sha256.Size]byte(h.Sum(nil)) != sum {
		return errChanged
	}
	return nil
}

// apply copies in to w with patches, which are in order and do not overlap.
func apply(w io.Writer, in io.Reader, patches []patch) error {
	at := int64(0)
	for _, p := range patches {
		if _, err := io.CopyN(w, in, p.Start-at); err != nil {
			return endOf(err)
		}
		if _, err := w.Write(p.text); err != nil {
			return err
		}
		if _, err := io.CopyN(io.Discard, in, p.Len()); err != nil {
			return endOf(err)
		}
		at = p.End
	}
	_, err := io.Copy(w, in)
	return err
}

// endOf turns an early end of the file, which has become shorter, into errChanged.
func endOf(err error) error {
	if errors.Is(err, io.EOF) {
		return errChanged
	}
	return err
}

func sumOf(path string) (sum [sha256.Size]byte, err error) {
	in, err := os.Open(path)
	if err != nil {
		return sum, err
	}
	defer in.Close()
	h := sha256.New()
	_, err = io.Copy(h, in)
	return [sha256.Size]byte(h.Sum(nil)), err
}

// diff returns a unified diff of the draft and what fixing would make of it, in UTF-8 whatever the
// encoding of the file, "" when nothing would change.
func (f *fixer) diff(ctx context.Context, in io.Reader) (string, error) {
	old, err := io.ReadAll(io.LimitReader(in, diffLimit+1))
	if err != nil {
		return "", err
	}
	if len(old) > diffLimit {
		return "", f.fail("fix.diff-large", "limit", fmt.Sprint(diffLimit>>20))
	}
	text := old
	charset := f.options.Charset
	seen := map[[sha256.Size]byte]bool{}
	for range fixRounds {
		patches, err := f.patches(ctx, bytes.NewReader(text))
		if err != nil {
			return "", err
		}
		if sum := sha256.Sum256(text); len(patches) == 0 || seen[sum] {
			break
		} else {
			seen[sum] = true
		}
		var b bytes.Buffer
		if err := apply(&b, bytes.NewReader(text), patches); err != nil {
			return "", err
		}
		text = b.Bytes()
	}
	if bytes.Equal(old, text) {
		return "", nil
	}
	encoding := cmp.Or(f.options.Charset, charset)
	name := shown(f.draft.path)
	return udiff.Unified("a/"+name, "b/"+name, decode(old, encoding), decode(text, encoding)), nil
}
