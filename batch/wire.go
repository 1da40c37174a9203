package batch

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"proofcheck/formats"
	"proofcheck/lexicon"
	"proofcheck/store"
)

// wireRecord is a Record on its way.
type wireRecord struct {
	Key, URL, Title, Column, Unit, Format, Charset, Stamp, Variant string       `json:",omitempty"`
	Date                                                           lexicon.Date `json:",omitempty"`
	Asked, Replied                                                 time.Time    `json:",omitzero"`
	Content                                                        []byte       `json:",omitempty"`
	Err                                                            string       `json:",omitempty"`
	Gone                                                           bool         `json:",omitempty"`
}

// wireParcel is a Parcel on its way.
type wireParcel struct {
	ID      string
	Run     int64
	Ruleset store.Ruleset
	Lang    string `json:",omitempty"`
	Source  string
	Again   bool `json:",omitempty"`
	Records []wireRecord
	Site    *Site  `json:",omitempty"`
	Filter  Filter `json:",omitzero"`
}

// MarshalJSON writes a parcel. Records must have been read: their Open is nil.
func (p *Parcel) MarshalJSON() ([]byte, error) {
	w := wireParcel{ID: p.ID, Run: p.Run, Ruleset: p.Ruleset, Lang: p.Lang, Source: p.Source, Again: p.Again, Site: p.Site, Filter: p.Filter}
	for _, r := range p.Records {
		out := wireRecord{Key: r.Key, URL: r.URL, Title: r.Title, Column: r.Column, Unit: r.Unit, Format: r.Format.Name, Charset: r.Charset, Stamp: r.Stamp, Variant: r.Variant,
			Date: r.Date, Asked: r.Asked, Replied: r.Replied, Content: r.Content, Gone: r.Gone}
		if r.Err != nil {
			out.Err = r.Err.Error()
		}
		w.Records = append(w.Records, out)
	}
	return json.Marshal(w)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (p *Parcel) UnmarshalJSON(text []byte) error {
	var w wireParcel
	if err := json.Unmarshal(text, &w); err != nil {
		return err
	}
	*p = Parcel{ID: w.ID, Run: w.Run, Ruleset: w.Ruleset, Lang: w.Lang, Source: w.Source, Again: w.Again, Site: w.Site, Filter: w.Filter}
	for _, r := range w.Records {
		format := formats.Named(r.Format)
		if format == nil {
			return fmt.Errorf("batch: record %q has the format %q, which this program does not know", r.Key, r.Format)
		}
		out := &Record{Key: r.Key, URL: r.URL, Title: r.Title, Column: r.Column, Unit: r.Unit, Format: format, Charset: r.Charset, Stamp: r.Stamp, Variant: r.Variant,
			Date: r.Date, Asked: r.Asked, Replied: r.Replied, Content: r.Content, Size: int64(len(r.Content)), Gone: r.Gone}
		if r.Err != "" {
			out.Err = errors.New(r.Err)
		}
		p.Records = append(p.Records, out)
	}
	return nil
}
