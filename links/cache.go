package links

import (
	"cmp"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"
)

// Cache keeps verdicts on disk from run to run, so that a second run need not ask again for what was
// fine a short while ago. Failures are never answered from it: of them only the history is kept,
// when they were first seen and in how many runs. A nil Cache keeps nothing. It is safe for concurrent
// use by one process; another that opens it meanwhile goes without.
//
// It is a bbolt file: one file, pure Go, and nothing here needs a query that a key does not answer.
// SQLite would add seven megabytes to the program for that.
type Cache struct {
	db   *bolt.DB
	now  func() time.Time
	life map[Verdict]time.Duration

	mu      sync.Mutex
	pending map[string]*record  // not yet written
	past    map[string]pastPage // of Recall; written when the file is closed
}

// Keepable are the verdicts whose answers may be kept. That something is dead or suspect is never taken
// from a cache.
var Keepable = []Verdict{OK, Wrong, Hijacked}

// usualLife is how long answers are kept unless somebody asks for something else; those of other
// verdicts are not.
var usualLife = map[Verdict]time.Duration{OK: 24 * time.Hour}

// record is what the file holds of an address.
type record struct {
	Verdict   Verdict   `json:"v"`
	Reason    string    `json:"r,omitempty"`
	Args      []string  `json:"g,omitempty"`
	Checked   time.Time `json:"t"`
	Chain     []Hop     `json:"c,omitempty"`
	Final     string    `json:"f,omitempty"`
	Permanent bool      `json:"p,omitempty"`
	Type      string    `json:"y,omitempty"`
	Size      int64     `json:"s"`
	Title     string    `json:"h,omitempty"`
	Lead      string    `json:"l,omitempty"`
	Anchors   []uint64  `json:"a"` // nil when they are not known
	First     time.Time `json:"b"` // of the failures in a row that go on
	Times     int       `json:"n,omitempty"`
}

var bucket = []byte("answers-1")

// OpenCache opens the file, or makes it and its folder. life says how long answers of Keepable verdicts
// are kept, 0 for not at all; of those it does not name OK is kept for a day.
func OpenCache(name string, life map[Verdict]time.Duration) (*Cache, error) {
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return nil, err
	}
	db, err := bolt.Open(name, 0o600, &bolt.Options{Timeout: 200 * time.Millisecond, NoFreelistSync: true})
	if err != nil {
		return nil, err
	}
	made := false
	if err = db.View(func(tx *bolt.Tx) error {
		made = tx.Bucket(bucket) != nil && tx.Bucket(pastBucket) != nil
		return nil
	}); err == nil && !made {
		err = db.Update(func(tx *bolt.Tx) error {
			if _, err := tx.CreateBucketIfNotExists(pastBucket); err != nil {
				return err
			}
			_, err := tx.CreateBucketIfNotExists(bucket)
			return err
		})
	}
	if err != nil {
		db.Close()
		return nil, err
	}
	c := &Cache{db: db, now: time.Now, life: maps.Clone(usualLife), pending: map[string]*record{}, past: map[string]pastPage{}}
	for _, v := range Keepable {
		if d, ok := life[v]; ok {
			c.life[v] = d
		}
	}
	return c, nil
}

// Close writes what is left and closes the file.
func (c *Cache) Close() error {
	if c == nil {
		return nil
	}
	err := cmp.Or(c.flush(), c.keepPast(c.past))
	if e := c.db.Close(); err == nil {
		err = e
	}
	return err
}

func (c *Cache) get(key string) *record {
	c.mu.Lock()
	r := c.pending[key]
	c.mu.Unlock()
	if r != nil {
		return r
	}
	_ = c.db.View(func(tx *bolt.Tx) error {
		if text := tx.Bucket(bucket).Get([]byte(key)); text != nil {
			r = &record{}
			if json.Unmarshal(text, r) != nil {
				r = nil // of another version or damaged: it is asked anew
			}
		}
		return nil
	})
	return r
}

// load returns the answer to an address if it is fine and young enough.
func (c *Cache) load(key string) *Answer {
	if c == nil {
		return nil
	}
	r := c.get(key)
	if r == nil {
		return nil
	}
	age := c.now().Sub(r.Checked)
	if life, ok := c.life[r.Verdict]; !ok || age < 0 || age >= life {
		return nil
	}
	a := &Answer{
		URL: key, Verdict: r.Verdict, Reason: r.Reason, Args: r.Args, Chain: r.Chain, Final: r.Final, Permanent: r.Permanent, Type: r.Type, Size: r.Size,
		Title: r.Title, Lead: r.Lead, Checked: r.Checked, Cached: true, First: r.First, Times: r.Times,
	}
	if r.Anchors != nil {
		a.anchors = make(map[uint64]struct{}, len(r.Anchors))
		for _, id := range r.Anchors {
			a.anchors[id] = struct{}{}
		}
	}
	return a
}

// store keeps an answer, or the history of a failure, which it adds to the answer.
func (c *Cache) store(a *Answer) {
	if c == nil || a.Verdict == Skipped {
		return
	}
	r := &record{Verdict: a.Verdict, Checked: a.Checked}
	if c.life[a.Verdict] > 0 {
		r.Reason, r.Args = a.Reason, a.Args
		r.Chain, r.Final, r.Permanent, r.Type, r.Size, r.Title, r.Lead = a.Chain, a.Final, a.Permanent, a.Type, a.Size, a.Title, a.Lead
		if a.anchors != nil {
			r.Anchors = make([]uint64, 0, len(a.anchors))
			for id := range a.anchors {
				r.Anchors = append(r.Anchors, id)
			}
		}
	}
	if a.Verdict != OK {
		r.First, r.Times = a.Checked, 1
		if old := c.get(a.URL); old != nil && old.Times > 0 {
			r.First, r.Times = old.First, old.Times+1
		}
		a.First, a.Times = r.First, r.Times
	}
	c.mu.Lock()
	c.pending[a.URL] = r
	full := len(c.pending) >= 1000
	c.mu.Unlock()
	if full {
		_ = c.flush() // what cannot be written is asked again the next time
	}
}

// flush writes what is pending in one transaction.
func (c *Cache) flush() error {
	c.mu.Lock()
	pending := c.pending
	c.pending = map[string]*record{}
	c.mu.Unlock()
	if len(pending) == 0 {
		return nil
	}
	return c.db.Update(func(tx *bolt.Tx) error {
		b := tx.Bucket(bucket)
		for key, r := range pending {
			if err := put(b, key, r); err != nil {
				return err
			}
		}
		return nil
	})
}

// put writes a value as JSON; what has too long a key is left out.
func put(b *bolt.Bucket, key string, value any) error {
	text, err := json.Marshal(value)
	if err != nil || len(key) > bolt.MaxKeySize {
		return err
	}
	return b.Put([]byte(key), text)
}
