package links

import "fmt"

// Verdict is what an address has turned out to be.
type Verdict uint8

// The verdicts. Skipped is the zero value.
const (
	Skipped  Verdict = iota // it was not asked; the reason says why
	OK                      // it answers, and nothing speaks against what it answers
	Suspect                 // it could not be verified: time-out, 5xx, 401, 403, 429, TLS
	Wrong                   // it answers, but not with what the link promises
	Hijacked                // it answers with what a stranger has put there
	Dead                    // 404, 410, no such host, refused: each asked again before it was believed
	verdicts
)

var verdictNames = [verdicts]string{"skipped", "ok", "suspect", "wrong", "hijacked", "dead"}

// String returns the verdict in lower case.
func (v Verdict) String() string {
	if v < verdicts {
		return verdictNames[v]
	}
	return fmt.Sprintf("verdict(%d)", uint8(v))
}
