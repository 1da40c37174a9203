package store

import (
	"context"
	"fmt"
	"strings"
)

// Version names what the store holds: it is another one after every commit, every state that is set, and every
// change of a run. It is quick, whatever the size of the store.
func (s *Store) Version(ctx context.Context) (string, error) {
	sums := make([]string, 0, len(countColumns)+2)
	for _, c := range append([]string{"state", "ended"}, countColumns...) {
		sums = append(sums, "COALESCE(SUM("+c+"), 0)")
	}
	numbers := make([]float64, len(sums))
	var events, runs int64
	to := []any{&events, &runs}
	for i := range numbers {
		to = append(to, &numbers[i])
	}
	err := s.read.QueryRowContext(ctx, "SELECT (SELECT COALESCE(MAX(id), 0) FROM history), COUNT(*), "+strings.Join(sums, ", ")+" FROM runs").Scan(to...)
	return fmt.Sprint(events, runs, numbers), s.wrap(err)
}
