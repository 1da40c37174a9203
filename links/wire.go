package links

import "encoding/json"

// bareAnswer is an Answer without its methods.
type bareAnswer Answer

// wireAnswer is an Answer on its way to another process.
type wireAnswer struct {
	*bareAnswer
	Anchors []uint64 // nil when they are not known
}

// MarshalJSON writes an answer with everything that Judge and HasAnchor need.
func (a *Answer) MarshalJSON() ([]byte, error) {
	w := wireAnswer{bareAnswer: (*bareAnswer)(a)}
	if a.anchors != nil {
		w.Anchors = make([]uint64, 0, len(a.anchors))
		for id := range a.anchors {
			w.Anchors = append(w.Anchors, id)
		}
	}
	return json.Marshal(w)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (a *Answer) UnmarshalJSON(text []byte) error {
	*a = Answer{}
	w := wireAnswer{bareAnswer: (*bareAnswer)(a)}
	if err := json.Unmarshal(text, &w); err != nil {
		return err
	}
	if w.Anchors != nil {
		a.anchors = make(map[uint64]struct{}, len(w.Anchors))
		for _, id := range w.Anchors {
			a.anchors[id] = struct{}{}
		}
	}
	return nil
}
