package checker

import (
	"math"
	"testing"
)

func TestTimesHaveOneDigitThatCounts(t *testing.T) {
	for gain, want := range map[float64]string{0: "1", 1: "2", math.Log(39.9): "30", math.Log(12_345): "10000", 30: "1000000", 1000: "1000000"} {
		if got := times(gain); got != want {
			t.Errorf("%v nats: %s, want %s", gain, got, want)
		}
	}
}
