package ledger

import (
	"context"
	"time"

	"proofcheck/store"
)

// RunTimes returns when the runs of a store began.
func RunTimes(ctx context.Context, s *store.Store) (map[int64]time.Time, error) {
	out := map[int64]time.Time{}
	for r, err := range s.Runs(ctx) {
		if err != nil {
			return nil, err
		}
		out[r.ID] = r.Started
	}
	return out, nil
}
