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
	Page                                                           *told        `json:",omitempty"`
}

// wireParcel is a Parcel on its way.
type wireParcel struct {
	ID      string
	Run     int64
	Began   int64 // milliseconds
	Ruleset store.Ruleset
	Lang    string `json:",omitempty"`
	Source  string
	Again   bool `json:",omitempty"`
	Records []wireRecord
	Site    *Site     `json:",omitempty"`
	Filter  Filter    `json:",omitzero"`
	Limit   int64     `json:",omitempty"`
	Rest    []*Parcel `json:",omitempty"`
	End     *End      `json:",omitempty"`
}

// MarshalJSON writes a parcel. Records must have been read: their Open is nil.
func (p *Parcel) MarshalJSON() ([]byte, error) {
	w := wireParcel{ID: p.ID, Run: p.Run, Began: p.Began.UnixMilli(), Ruleset: p.Ruleset, Lang: p.Lang, Source: p.Source, Again: p.Again, Site: p.Site, Filter: p.Filter, Limit: p.Limit, Rest: p.Rest, End: p.End}
	for _, r := range p.Records {
		out := wireRecord{Key: r.Key, URL: r.URL, Title: r.Title, Column: r.Column, Unit: r.Unit, Format: r.Format.Name, Charset: r.Charset, Stamp: r.Stamp, Variant: r.Variant,
			Date: r.Date, Asked: r.Asked, Replied: r.Replied, Content: r.Content, Gone: r.Gone, Page: r.told}
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
	*p = Parcel{ID: w.ID, Run: w.Run, Began: time.UnixMilli(w.Began), Ruleset: w.Ruleset, Lang: w.Lang, Source: w.Source, Again: w.Again, Site: w.Site, Filter: w.Filter, Limit: w.Limit, Rest: w.Rest, End: w.End}
	for _, r := range w.Records {
		format := formats.Named(r.Format)
		if format == nil {
			return fmt.Errorf("batch: record %q has the format %q, which this program does not know", r.Key, r.Format)
		}
		out := &Record{Key: r.Key, URL: r.URL, Title: r.Title, Column: r.Column, Unit: r.Unit, Format: format, Charset: r.Charset, Stamp: r.Stamp, Variant: r.Variant,
			Date: r.Date, Asked: r.Asked, Replied: r.Replied, Content: r.Content, Size: int64(len(r.Content)), Gone: r.Gone, Page: r.Page != nil, told: r.Page}
		if r.Err != "" {
			out.Err = errors.New(r.Err)
		}
		p.Records = append(p.Records, out)
	}
	return nil
}
