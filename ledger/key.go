package ledger

import (
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"

	"proofcheck/store"
)

// key identifies a row when the ledger comes back: the finding, its revision when the ledger was
// written, and what could be edited as it was then, so that rows that nobody touched are told from
// those that somebody did.
type key struct {
	store.Ref
	revision int64
	state    store.State
	remark   uint32 // a hash
}

func newKey(r *store.Row) key {
	return key{r.Ref(), r.Finding.Revision, r.Finding.State, hashRemark(r.Finding.Remark)}
}

func hashRemark(remark string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(strings.TrimSpace(remark)))
	return h.Sum32()
}

// untouched reports whether a row says what it said when the ledger was written; remark is nil when
// the table has no such column any more.
func (k *key) untouched(state store.State, remark *string) bool {
	return state == k.state && (remark == nil || hashRemark(*remark) == k.remark)
}

// String writes PDOCUMENT-REVISION-STATE-HASH-FINGERPRINT; the letter keeps spreadsheets from taking
// it for a number or a date.
func (k key) String() string {
	return fmt.Sprintf("P%d-%d-%d-%08x-%s", k.Document, k.revision, k.state, k.remark, k.Fingerprint)
}

// parseKey is the inverse of key.String.
func parseKey(s string) (key, bool) {
	var k key
	parts := strings.SplitN(strings.TrimSpace(s), "-", 5)
	if len(parts) != 5 || !strings.HasPrefix(parts[0], "P") || parts[4] == "" || len(parts[4]) > 64 {
		return k, false
	}
	var numbers [4]int64
	for i, base := range [...]int{10, 10, 10, 16} {
		n, err := strconv.ParseInt(strings.TrimPrefix(parts[i], "P"), base, 64)
		if err != nil || n < 0 {
			return k, false
		}
		numbers[i] = n
	}
	if numbers[0] == 0 || numbers[1] == 0 || numbers[2] >= int64(len(store.States)) || numbers[3] > 1<<32-1 {
		return k, false
	}
	return key{store.Ref{Document: numbers[0], Fingerprint: parts[4]}, numbers[1], store.State(numbers[2]), uint32(numbers[3])}, true
}
