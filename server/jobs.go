package server

import (
	"context"
	"sync"
	"time"

	"proofcheck/links"
)

// Bounds of jobs.
const (
	jobsRunning = 2
	jobsWaiting = 16
	jobsKept    = 64 // that have ended
	jobLife     = time.Hour
	jobFindings = 10_000
	jobTimeout  = 15 * time.Minute
)

// States of jobs.
const (
	jobQueued    = "queued"
	jobRunning   = "running"
	jobDone      = "done"
	jobCancelled = "cancelled"
	jobFailed    = "failed"
)

// job is a check of links that goes on after its request has been answered.
type job struct {
	id     string
	owner  string // name of the token that asked for it
	cancel context.CancelFunc

	mu      sync.Mutex
	status  jobJSON
	changed chan struct{} // closed and made anew at each change
}

// jobJSON is how far a job has come.
type jobJSON struct {
	Job      string         `json:"job"`
	State    string         `json:"state"`
	Done     int            `json:"done"` // addresses or pages
	Total    int            `json:"total"`
	Created  time.Time      `json:"created"`
	Ended    *time.Time     `json:"ended,omitempty"`
	Network  bool           `json:"network"`            // false: targets were judged by themselves
	Pages    int            `json:"pages,omitempty"`    // what follows is set at the end
	Links    int            `json:"links,omitempty"`    // references
	Distinct int            `json:"distinct,omitempty"` // addresses that were asked
	Verdicts map[string]int `json:"verdicts,omitempty"`
	Findings []linkJSON     `json:"findings,omitempty"`
	Error    string         `json:"error,omitempty"`
}

// linkJSON is something wrong with a link.
type linkJSON struct {
	Page     string `json:"page"`
	Target   string `json:"target"`
	Text     string `json:"text"`
	Line     int    `json:"line"`
	Column   int    `json:"column"`
	Problem  string `json:"problem"`
	Level    string `json:"level"`
	Message  string `json:"message"`
	Suggest  string `json:"suggest,omitempty"`
	Verdict  string `json:"verdict,omitempty"`
	Statuses []int  `json:"statuses,omitempty"`
	Final    string `json:"final,omitempty"`
}

// update changes the status and tells those who wait.
func (j *job) update(change func(*jobJSON)) {
	j.mu.Lock()
	defer j.mu.Unlock()
	change(&j.status)
	close(j.changed)
	j.changed = make(chan struct{})
}

// now returns the status and a channel that is closed when it changes.
func (j *job) now() (jobJSON, <-chan struct{}) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.status, j.changed
}

func (s *jobJSON) over() bool { return s.State != jobQueued && s.State != jobRunning }

// jobs keeps what is running, and what has ended for a while.
type jobs struct {
	ctx   context.Context // of the service
	slots chan struct{}

	mu   sync.Mutex
	byID map[string]*job
	wg   sync.WaitGroup
}

func newJobs(ctx context.Context) *jobs {
	return &jobs{ctx: ctx, slots: make(chan struct{}, jobsRunning), byID: map[string]*job{}}
}

// start begins a job, or returns nil when too many wait.
func (js *jobs) start(owner string, network bool, run func(context.Context, *job) error) *job {
	js.mu.Lock()
	defer js.mu.Unlock()
	now := time.Now().UTC()
	waiting, ended := 0, 0
	var oldest *job
	for id, j := range js.byID {
		s, _ := j.now()
		switch {
		case !s.over():
			waiting++
		case now.Sub(*s.Ended) > jobLife:
			delete(js.byID, id)
		default:
			ended++
			if o := oldest; o == nil || s.Ended.Before(*o.status.Ended) {
				oldest = j
			}
		}
	}
	if waiting >= jobsRunning+jobsWaiting || js.ctx.Err() != nil {
		return nil
	}
	if ended >= jobsKept {
		delete(js.byID, oldest.id)
	}
	ctx, cancel := context.WithTimeout(js.ctx, jobTimeout)
	j := &job{id: newID(), owner: owner, cancel: cancel, changed: make(chan struct{})}
	j.status = jobJSON{Job: j.id, State: jobQueued, Created: now, Network: network}
	js.byID[j.id] = j
	js.wg.Go(func() {
		defer cancel()
		js.run(ctx, j, run)
	})
	return j
}

// run waits for a slot and runs a job; a panic ends that job only.
func (js *jobs) run(ctx context.Context, j *job, run func(context.Context, *job) error) {
	state, message := jobFailed, "internal error"
	defer func() {
		_ = recover() // run has logged it
		ended := time.Now().UTC()
		j.update(func(s *jobJSON) { s.State, s.Ended, s.Error = state, &ended, message })
	}()
	select {
	case js.slots <- struct{}{}:
		defer func() { <-js.slots }()
	case <-ctx.Done():
		state, message = jobCancelled, ""
		return
	}
	j.update(func(s *jobJSON) { s.State = jobRunning })
	err := run(ctx, j)
	switch {
	case ctx.Err() != nil:
		state, message = jobCancelled, ""
	case err != nil:
		message = err.Error()
	default:
		state, message = jobDone, ""
	}
}

// find returns the job of an ID for a caller, or nil.
func (js *jobs) find(id string, who *caller) *job {
	js.mu.Lock()
	defer js.mu.Unlock()
	j := js.byID[id]
	if j == nil || who != nil && j.owner != who.Name && !who.may("admin") {
		return nil
	}
	return j
}

// report takes over the result of a walk.
func (j *job) report(r *links.Report, lang string) {
	j.update(func(s *jobJSON) {
		s.Pages, s.Links, s.Distinct = r.Pages, r.Links, r.Distinct
		s.Verdicts = map[string]int{}
		for v, n := range r.Verdicts {
			if n > 0 {
				s.Verdicts[links.Verdict(v).String()] = n
			}
		}
		s.Findings = []linkJSON{}
		for i := range r.Findings {
			if len(s.Findings) == jobFindings {
				break
			}
			s.Findings = append(s.Findings, newLinkJSON(&r.Findings[i], lang))
		}
		for _, f := range r.Failed {
			if len(s.Findings) < jobFindings {
				s.Findings = append(s.Findings, linkJSON{Page: f.Page, Problem: "unread", Level: "error", Message: f.Err.Error()})
			}
		}
	})
}

func newLinkJSON(f *links.Finding, lang string) linkJSON {
	out := linkJSON{
		Page: f.Page, Target: f.Ref.Target, Text: f.Ref.Text, Line: f.Ref.At.Line, Column: f.Ref.At.Column,
		Problem: f.ID, Level: f.Level.String(), Message: links.Message(lang, f.Problem), Suggest: f.Suggest,
	}
	if f.Answer != nil {
		out.Verdict, out.Statuses, out.Final = f.Answer.Verdict.String(), f.Answer.Statuses(), f.Answer.Final
	}
	return out
}
