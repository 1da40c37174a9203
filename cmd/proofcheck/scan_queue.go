package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/urfave/cli/v2"

	"proofcheck/batch"
	natsqueue "proofcheck/batch/queue"
	"proofcheck/store"
)

// Environment variables of the queue; secrets are no flags, which other users of a machine see.
const queueTokenVariable = "PROOFCHECK_QUEUE_TOKEN"

// scanCommand is scan, which checks in this process, with what spreads a scan over machines below it.
func (p *program) scanCommand() *cli.Command {
	c := p.command("scan", "SOURCE…", p.scan, p.scanFlags()...)
	queueFlags := func() []cli.Flag {
		return []cli.Flag{p.flag("nats", "", "URL,…"), p.flag("queue", "", "NAME"), p.flag("nats-creds", "", "FILE"), p.flag("replicas", "", "N"), p.flag("patience", "", "SECONDS")}
	}
	c.Subcommands = []*cli.Command{
		p.command("submit", "SOURCE…", p.scanSubmit, append(without(p.scanFlags(), "status", "recheck", "sample", "jobs", "public-only", "patience"),
			append(queueFlags(), p.flags("wait")...)...)...),
		p.command("worker", "", p.scanWorker, append(without(p.scanFlags(), "status", "recheck", "sample", "all", "files-from", "map", "query", "key", "input-format", "charset", "from", "until", "column",
			"include", "exclude", "limit", "rate", "depth", "max-pages", "no-robots", "no-sitemap", "json-progress", "no-progress", "patience", "format"),
			append(queueFlags(), append(p.flags("drain"), p.flag("tries", "", "N"))...)...)...),
		p.command("dead", "", p.scanDead, append(queueFlags(), p.flag("format", "f", "text|json"), p.flag("limit", "", "N"))...),
		p.command("queue", "", p.scanQueue, p.flag("data", "", "DIR"), p.flag("listen", "", "HOST:PORT"), p.flag("name", "", "NAME"), p.flag("cluster", "", "HOST:PORT"), p.flag("routes", "", "URL,…"), p.flag("monitor", "", "HOST:PORT")),
	}
	return c
}

// without leaves flags out.
func without(flags []cli.Flag, names ...string) []cli.Flag {
	var out []cli.Flag
next:
	for _, f := range flags {
		for _, n := range names {
			if f.Names()[0] == n {
				continue next
			}
		}
		out = append(out, f)
	}
	return out
}

// untilStopped is a context that ends with Ctrl-C, or when the system stops the service.
func untilStopped() (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	return ctx, stop
}

// connect opens the queue that the flags name.
func (p *program) connect(ctx context.Context, c *cli.Context, waiting func(error, time.Duration)) (*natsqueue.Queue, error) {
	replicas, err := p.number(c, "replicas", 1)
	if err != nil {
		return nil, err
	}
	seconds, err := p.number(c, "patience", 600)
	if err != nil {
		return nil, err
	}
	address := c.String("nats")
	if address == "" {
		return nil, p.fail("scan.no-nats")
	}
	q, err := natsqueue.Connect(ctx, natsqueue.Options{
		URL: address, Name: c.String("queue"), Token: os.Getenv(queueTokenVariable), Credentials: c.String("nats-creds"), Replicas: replicas,
		Patience: max(time.Second, time.Duration(seconds)*time.Second), Waiting: waiting,
	})
	if err != nil {
		return nil, p.noQueue(err)
	}
	return q, nil
}

// noQueue says why a queue cannot be used.
func (p *program) noQueue(err error) error {
	var option *natsqueue.BadOptionError
	var start *natsqueue.StartError
	reason := p.reason(err)
	switch {
	case errors.As(err, &option):
		key := map[natsqueue.Option]string{
			natsqueue.Name: "scan.queue-name", natsqueue.Replicas: "scan.queue-replicas", natsqueue.Address: "scan.queue-address", natsqueue.Route: "scan.queue-route",
		}[option.Option]
		reason = p.say(key, "value", shown(option.Value))
	case errors.As(err, &start):
		reason = p.say("scan.queue-start", "address", shown(start.Listen), "path", shown(start.Folder))
	}
	return p.fail("scan.nats", "error", reason)
}

// scanSubmit hands the records of sources to workers.
func (p *program) scanSubmit(c *cli.Context) error {
	dsn := c.String("store")
	if dsn == "" {
		return p.fail("scan.no-store")
	}
	r := &scanRun{program: p, spread: true}
	var err error
	if r.form, err = p.choice(c, "format", []string{"text", "json"}, "text"); err != nil {
		return err
	}
	ctx, stop := untilStopped()
	defer stop()
	if err := r.flags(c); err != nil {
		return err
	}
	if err := r.examiner(nil); err != nil {
		return err
	}
	if err := r.sources(ctx, c); err != nil {
		return err
	}
	defer r.close()
	s, err := store.Open(ctx, dsn)
	if err != nil {
		return p.fail("scan.store", "error", p.reason(err))
	}
	defer s.Close()
	r.scan.Store = s
	r.hooks()
	q, err := p.connect(ctx, c, r.scan.Waiting)
	if err != nil {
		return err
	}
	defer q.Close()
	out, err := r.scan.Submit(ctx, q.Send)
	r.bar.clear()
	if out == nil {
		return r.fail("scan.store", "error", r.reason(err))
	}
	if err == nil && c.Bool("wait") {
		err = r.await(ctx, s, out)
	}
	return r.conclude(ctx, out, err)
}

// await waits until the workers are through with a run.
func (r *scanRun) await(ctx context.Context, s *store.Store, out *batch.Outcome) error {
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for {
		run, err := s.Run(ctx, out.Run.ID)
		switch {
		case err == nil:
			out.Run = run
			r.bar.show(batch.Progress{Run: run.ID, Counts: run.Counts, Started: run.Started})
			if run.State == store.Done {
				r.bar.clear()
				return nil
			}
		case !store.Transient(err):
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// scanWorker does what others have handed over.
func (p *program) scanWorker(c *cli.Context) error {
	dsn := c.String("store")
	if dsn == "" {
		return p.fail("scan.no-store")
	}
	if c.NArg() > 0 {
		return p.fail("usage.arguments", "name", c.Args().First())
	}
	tries, err := p.number(c, "tries", 5)
	if err != nil {
		return err
	}
	ctx, stop := untilStopped()
	defer stop()
	r := &scanRun{program: p, spread: true}
	if err := r.flags(c); err != nil {
		return err
	}
	r.hooks()
	q, err := p.connect(ctx, c, r.scan.Waiting)
	if err != nil {
		return err
	}
	defer q.Close()
	if err := r.examiner(q.Asker()); err != nil {
		return err
	}
	s, err := store.Open(ctx, dsn)
	if err != nil {
		return p.fail("scan.store", "error", p.reason(err))
	}
	defer s.Close()
	r.scan.Store = s
	worker, err := batch.NewWorker(ctx, &r.scan)
	if err != nil {
		return p.fail("scan.store", "error", p.reason(err))
	}
	if err := r.network(c); err != nil {
		return err
	}
	prober := r.source.Site.Prober
	defer prober.Close()
	jobs := r.scan.Jobs
	if r.section.links == "all" {
		jobs *= 8 // most of the time they wait for the network
	}
	err = q.Do(ctx, natsqueue.Work{
		Worker: worker, Jobs: jobs, Tries: tries, Drain: c.Bool("drain"), Prober: prober,
		Done: func(parcel *batch.Parcel, n store.Counts) {
			documents := int64(len(parcel.Records))
			if parcel.Site != nil {
				documents = n.Documents
			}
			if !c.Bool("quiet") && parcel.End == nil {
				r.complain(r.say("scan.parcel", "run", fmt.Sprint(parcel.Run), "documents", grouped(documents), "error", grouped(n.Errors), "warning", grouped(n.Warnings)))
			}
		},
		Dead: func(run int64, key, reason string) {
			r.complain(r.say("scan.given-up", "run", fmt.Sprint(run), "path", shown(key), "error", shown(reason)))
		},
	})
	var skew *natsqueue.SkewError
	switch {
	case errors.As(err, &skew) && skew.Store:
		return p.fail("scan.other-store", "run", fmt.Sprint(skew.Run))
	case errors.As(err, &skew):
		return p.fail("scan.skew", "run", fmt.Sprint(skew.Run), "what", p.skew(skew))
	case err != nil:
		return p.fail("scan.stopped", "error", p.reason(err))
	}
	return nil
}

// skew says what differs between a run and this worker.
func (p *program) skew(e *natsqueue.SkewError) string {
	if e.Want.Tool != e.Have.Tool {
		return p.say("scan.skew-version", "want", e.Want.Tool, "have", e.Have.Tool)
	}
	if e.Lang() {
		return p.say("scan.skew-lang", "want", e.WantLang, "have", e.HaveLang)
	}
	if e.Want.Rules != e.Have.Rules {
		return p.say("scan.skew-rules")
	}
	return p.say("scan.skew-lexicons")
}

// scanDead lists the records that no worker could check.
func (p *program) scanDead(c *cli.Context) error {
	form, err := p.choice(c, "format", []string{"text", "json"}, "text")
	if err != nil {
		return err
	}
	most, err := p.number(c, "limit", 1000)
	if err != nil {
		return err
	}
	ctx, stop := untilStopped()
	defer stop()
	q, err := p.connect(ctx, c, nil)
	if err != nil {
		return err
	}
	defer q.Close()
	letters, err := q.Letters(ctx, most)
	if err != nil {
		return p.fail("scan.nats", "error", p.reason(err))
	}
	if form == "json" {
		return json.NewEncoder(p.stdout).Encode(letters)
	}
	for _, l := range letters {
		fmt.Fprintln(p.stdout, p.say("scan.letter", "time", l.Time.Local().Format(time.DateTime), "run", fmt.Sprint(l.Run), "path", shown(strings.Join(l.Keys, ", ")), "error", shown(l.Reason)))
	}
	return nil
}

// scanQueue runs a server for a queue.
func (p *program) scanQueue(c *cli.Context) error {
	if c.NArg() > 0 {
		return p.fail("usage.arguments", "name", c.Args().First())
	}
	if c.String("data") == "" {
		return p.fail("scan.no-data")
	}
	ctx, stop := untilStopped()
	defer stop()
	s, err := natsqueue.Serve(natsqueue.ServerOptions{
		Listen: c.String("listen"), Folder: c.String("data"), Token: os.Getenv(queueTokenVariable), Name: c.String("name"), Cluster: c.String("cluster"), Routes: c.String("routes"), Monitor: c.String("monitor"),
	})
	if errors.Is(err, natsqueue.ErrOpen) {
		return p.fail("scan.queue-open", "variable", queueTokenVariable)
	}
	if err != nil {
		return p.noQueue(err)
	}
	defer s.Close()
	fmt.Fprintln(p.stdout, p.say("scan.queue", "url", s.URL()))
	<-ctx.Done()
	return nil
}
