package main

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

const (
	walkHeap    = 16 << 20 // bytes that the heap of a walk may have before it is collected
	walkPercent = 60       // by how much it may grow beyond what is in use, when that is more
)

// spareMemory keeps the heap of a walk small: a walk waits for the network, so memory is what counts. While
// less than walkHeap is in use, collecting at a fixed size spares most of the collections.
func spareMemory() {
	debug.SetGCPercent(walkHeap * 100 / (4 << 20)) // of the 4 MiB that the runtime begins with
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	var collected func(*[16]byte)
	collected = func(again *[16]byte) {
		metrics.Read(live)
		used := max(live[0].Value.Uint64(), 1<<20)
		percent := max(walkPercent, 100*walkHeap/int(used)-100)
		debug.SetGCPercent(percent)
		if percent > walkPercent {
			runtime.SetFinalizer(again, collected)
		}
	}
	runtime.SetFinalizer(new([16]byte), collected)
}
