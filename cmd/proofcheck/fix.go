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

	"github.com/aymanbagabas/go-udiff"

	"proofcheck/mend"
)

// diffLimit is the bytes of a file that --diff shows.
const diffLimit = 64 << 20

// fixer mends the file of one draft.
type fixer struct {
	*program
	mend.Mender
	path string
}

// errChanged says that somebody else wrote the file meanwhile.
var errChanged = errors.New("the file changed while it was checked; check it again")

// mend fixes the draft's file in place and reports whether it has changed. It goes on until there
// is nothing more to mend, so that a second run changes nothing.
func (f *fixer) mend(ctx context.Context) (bool, error) {
	first, patches, err := f.look(ctx, f.path)
	if err != nil || len(patches) == 0 {
		return false, err
	}
	sum, from := first, f.path
	var out *atomicFile
	seen := map[[sha256.Size]byte]bool{first: true}
	for range mend.Rounds {
		next, err := createAtomic(f.path)
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
	if now, err := sumOf(f.path); err != nil || now != first {
		return false, cmp.Or(err, errChanged)
	}
	return true, out.commit()
}

// look checks a file and returns the hash of its bytes and what is to be changed, in order and
// without overlaps.
func (f *fixer) look(ctx context.Context, path string) (sum [sha256.Size]byte, patches []mend.Patch, err error) {
	in, err := os.Open(path)
	if err != nil {
		return sum, nil, err
	}
	defer in.Close()
	h := sha256.New()
	tee := io.TeeReader(in, h)
	patches, err = f.Patches(ctx, tee)
	if err == nil {
		_, err = io.Copy(io.Discard, tee)
	}
	return [sha256.Size]byte(h.Sum(nil)), patches, err
}

// rewrite copies a file with patches and fails with errChanged when its bytes are not the expected
// ones.
func rewrite(w io.Writer, path string, patches []mend.Patch, sum [sha256.Size]byte) error {
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer in.Close()
	h := sha256.New()
	if err := mend.Apply(w, io.TeeReader(in, h), patches); err != nil {
		return endOf(err)
	}
	if [sha256.Size]byte(h.Sum(nil)) != sum {
		return errChanged
	}
	return nil
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
	text, err := f.Bytes(ctx, old)
	if err != nil {
		return "", err
	}
	if bytes.Equal(old, text) {
		return "", nil
	}
	return udiff.Unified("a/"+f.Name, "b/"+f.Name, mend.Decode(f.Options.Charset, old), mend.Decode(f.Options.Charset, text)), nil
}
