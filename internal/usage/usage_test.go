package usage

import (
	"runtime"
	"testing"
)

func TestWorkAndMemoryAreCounted(t *testing.T) {
	before, resident := Seconds(), Resident()
	page := make([]byte, 64<<20)
	sum := 0
	for Seconds()-before < 0.05 {
		for i := range page {
			page[i]++
			sum += int(page[i])
		}
	}
	if now := Resident(); runtime.GOOS != "windows" && (now < 64<<20 || now < resident) {
		t.Errorf("at most %d bytes were resident, %d before 64 MiB were written; %d", now, resident, sum)
	}
}
