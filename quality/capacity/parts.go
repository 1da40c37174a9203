package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

	"proofcheck/lexicon"
	"proofcheck/store"
)

// size returns the bytes of a database.
func size(ctx context.Context, dsn string) (n int64, err error) {
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return 0, err
	}
	defer conn.Close(ctx)
	return n, conn.QueryRow(ctx, "SELECT pg_database_size(current_database())").Scan(&n)
}

// used returns the bytes of the files in a folder.
func used(folder string) (n float64, err error) {
	err = filepath.WalkDir(folder, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			n += float64(info.Size())
		}
		return err
	})
	return n, err
}

// commits measures how long the store is at a parcel when eight workers do nothing but commit to one run so many
// documents each, with so many findings a document.
func commits(ctx context.Context, s *store.Store, records string, parcels, each int, findings float64) (float64, error) {
	run := &store.Run{Kind: "scan", Plan: "capacity " + records, Ruleset: store.Ruleset{Tool: "capacity", Rules: "none"}}
	if err := s.Begin(ctx, run); err != nil {
		return 0, err
	}
	opened := &store.Batch{Run: run.ID}
	for i := 1; i <= parcels; i++ {
		opened.Opened = append(opened.Opened, "p"+strconv.Itoa(i))
	}
	if _, err := s.Commit(ctx, opened); err != nil {
		return 0, err
	}
	var next atomic.Int64
	var group sync.WaitGroup
	failed := make(chan error, 8)
	began := time.Now()
	for range 8 {
		group.Go(func() {
			for i := next.Add(1); i <= int64(parcels); i = next.Add(1) {
				b := &store.Batch{Run: run.ID, Parcel: "p" + strconv.FormatInt(i, 10)}
				for k := range each {
					key := fmt.Sprintf("c%d-%d.html", i, k)
					hash := sha256.Sum256([]byte(key))
					res := store.Result{Outcome: store.Checked, Document: store.Document{Source: "commits " + records, Key: key, Hash: hash[:]}, Sketch: make([]byte, 170)}
					number := float64((i-1)*int64(each) + int64(k))
					for n := int((number+1)*findings) - int(number*findings); n > 0; n-- {
						res.Findings = append(res.Findings, store.Finding{Fingerprint: fmt.Sprintf("%x-%d", hash[:8], n), Rule: "typo/word", Level: lexicon.Error, Text: "按步就班",
							Before: "各单位要", After: "地推进工作", Message: "“按步就班”应为“按部就班”", Standard: "现代汉语词典", Suggest: []string{"按部就班"}, Confidence: 1, Line: 1, Column: 2})
					}
					b.Results = append(b.Results, res)
				}
				if _, err := s.Commit(ctx, b); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	group.Wait()
	took := time.Since(began).Seconds() / float64(parcels)
	select {
	case err := <-failed:
		return 0, err
	default:
	}
	known, err := s.Known(ctx, "commits "+records, []string{"c1-0.html", fmt.Sprintf("c%d-%d.html", parcels, each-1)})
	if err == nil && len(known) != 2 {
		err = fmt.Errorf("%d of 2 documents were kept", len(known))
	}
	return took, err
}
