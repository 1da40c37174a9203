package main

import (
	"container/heap"
	"fmt"
	"io"
	"math/rand/v2"
)

// write tells what was measured.
func (f *figures) write(w io.Writer) {
	d, p := float64(f.documents), float64(f.parcels)
	fmt.Fprintf(w, "| %d made records (%s), %.1f MB | |\n|---|---|\n", f.documents, f.records, float64(f.text)/1e6)
	fmt.Fprintf(w, "| bare checker | %.0f documents/s a core |\n", 1/f.check)
	fmt.Fprintf(w, "| worker with an embedded queue server | %.0f documents/s a core |\n", 1/f.worker)
	fmt.Fprintf(w, "| documents in a parcel | %.1f |\n", d/p)
	fmt.Fprintf(w, "| handing a parcel over | %.2f ms |\n", f.send*1e3)
	fmt.Fprintf(w, "| a parcel in the queue | %.0f bytes, %.0f %% of its text |\n", f.queued, 100*f.queued*p/float64(f.text))
	fmt.Fprintf(w, "| commits, 8 clients, one run | %.0f parcels/s, %.0f documents/s |\n", 1/f.commit, d/p/f.commit)
	fmt.Fprintf(w, "| processors of PostgreSQL | %.2f ms a document |\n", f.database*1e3)
	fmt.Fprintf(w, "| PostgreSQL | %.0f bytes a document with its %.3f findings |\n\n", f.stored, float64(f.findings)/d)
}

// An arrival is a worker that wants the store.
type arrival struct{ at float64 }

type arrivals []arrival

func (a arrivals) Len() int           { return len(a) }
func (a arrivals) Less(i, j int) bool { return a[i].at < a[j].at }
func (a arrivals) Swap(i, j int)      { a[i], a[j] = a[j], a[i] }
func (a *arrivals) Push(x any)        { *a = append(*a, x.(arrival)) }
func (a *arrivals) Pop() any {
	old := *a
	last := old[len(old)-1]
	*a = old[:len(old)-1]
	return last
}

// simulate returns how many parcels a second workers get through that share so many cores, when each takes a parcel
// from the one server of the queue, checks it for work seconds on average, and commits it to the one
// store; cores, queue and store do one thing at a time, first come, first served. When the store is on the same cores, a commit
// takes one of them for shared seconds. Times of work and commit are exponentially distributed, which is less even than what
// was measured.
func simulate(workers, cores int, work, queue, commit, shared float64) float64 {
	random := rand.New(rand.NewPCG(1, 2))
	var waiting arrivals
	var queueFree, storeFree float64
	free := make([]float64, cores) // when each core is
	earliest := func() (core int) {
		for i := range free {
			if free[i] < free[core] {
				core = i
			}
		}
		return core
	}
	begin := func(at float64) {
		queueFree = max(queueFree, at) + queue
		core := earliest()
		free[core] = max(free[core], queueFree) + work*random.ExpFloat64()
		heap.Push(&waiting, arrival{free[core]})
	}
	for range workers {
		begin(0)
	}
	const warm, parcels = 20_000, 120_000
	var from float64
	for i := range parcels {
		a := heap.Pop(&waiting).(arrival)
		storeFree = max(storeFree, a.at)
		long := random.ExpFloat64()
		if shared > 0 {
			core := earliest()
			storeFree = max(storeFree, free[core])
			free[core] = storeFree + shared*long
		}
		storeFree += commit * long
		if i == warm {
			from = storeFree
		}
		begin(storeFree)
	}
	return (parcels - warm) / (storeFree - from)
}

// plan tells what many workers reach.
func plan(w io.Writer, f *figures, price, gigabyte float64) {
	const all = 1e9
	perParcel := float64(f.documents) / float64(f.parcels)
	fmt.Fprintf(w, "| workers of one core | documents/s | of what so many alone would do | 1 billion documents |\n|---|---|---|---|\n")
	for _, n := range []int{1, 4, 16, 64, 256} {
		rate := simulate(n, n, f.worker*perParcel, f.send, f.commit, 0) * perParcel
		fmt.Fprintf(w, "| %d | %.0f | %.0f %% | %.1f days |\n", n, rate, 100*rate*f.worker/float64(n), all/rate/86400)
	}
	hours, stored, queued := all*f.worker/3600, all*f.stored/1e9, all*f.queued/perParcel/1e9
	fmt.Fprintf(w, "\n1 billion documents: %.0f core-hours of workers, %.0f GB of PostgreSQL, %.0f GB through the queue.\n", hours, stored, queued)
	if price > 0 || gigabyte > 0 {
		fmt.Fprintf(w, "At %g a core-hour and %g a GB and month: %.0f once, %.0f a month.\n", price, gigabyte, hours*price, stored*gigabyte)
	}
}
