package patrol

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// state is what a patrol remembers between its runs.
type state struct {
	Visited map[string]time.Time `json:"visited"` // when the last visit of a site began
	Pending []*pending           `json:"pending"` // what has not been sent
}

// pending is a report that has to be sent.
type pending struct {
	To     string    `json:"to"` // name of a Notifier
	Report *Report   `json:"report"`
	Tries  int       `json:"tries"`
	After  time.Time `json:"after"`
}

// Bounds of what is remembered.
const (
	maxPending = 200 // reports
	maxTries   = 48  // of one report: about two days
	maxState   = 64 << 20
)

func readState(path string) (*state, error) {
	st := &state{Visited: map[string]time.Time{}}
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return st, nil
	}
	if err == nil && info.Size() > maxState {
		err = errors.New("too large")
	}
	var text []byte
	if err == nil {
		text, err = os.ReadFile(path)
	}
	if err == nil {
		err = json.Unmarshal(text, st)
	}
	if err != nil {
		return nil, fmt.Errorf("patrol: %s: %w; remove the file to begin anew", path, err)
	}
	if st.Visited == nil {
		st.Visited = map[string]time.Time{}
	}
	return st, nil
}

// write replaces the file as a whole.
func (st *state) write(path string) error {
	text, err := json.MarshalIndent(st, "", "\t")
	if err != nil {
		return fmt.Errorf("patrol: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".patrol-*.tmp")
	if err != nil {
		return fmt.Errorf("patrol: %w", err)
	}
	defer os.Remove(f.Name()) // fails once it has been renamed
	_, err = f.Write(text)
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("patrol: %w", err)
	}
	return nil
}
