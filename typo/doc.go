// Package typo finds wrong characters that no list knows, by counts: how likely each
// character is after those before it (character n-grams, interpolated Kneser-Ney), which words
// it makes, and how much likelier the text would be with a character or word that sounds or
// looks alike. A sum of regression trees weighs the evidence, and a calibration turns its score
// into a probability.
//
// A Model is a file of counts that is used as it lies: nothing is parsed when it is opened. One is
// part of the program (Embedded); Open takes another. It is safe for many goroutines. A Detector
// is made from it for each document, is for one goroutine, and remembers what the document has
// shown:
//
//	d := typo.Embedded().NewDetector(typo.Options{Known: allowed})
//	for suspect := range d.Check(segment.Text) {
//		// text[suspect.Start:suspect.End] should be suspect.Suggestions[0]
//	}
//
// Offsets are bytes of the text that was given. A Suspect has a Level, chosen by how many false
// alarms the scores from there on give in clean text: about 0.1 errors, and 0.5 errors and
// warnings together, in 10,000 characters. What is less certain has level Info. Its Confidence is
// the probability that the first suggestion is right, supposing one slip in 1,000 characters.
//
// Options.Known is asked about the words over a suspect, up to sixteen characters to its left and
// right; answering true keeps it from being reported. What is found at a place where a lexicon
// entry or a rule has a finding already should be left out by the caller.
//
// A character that is missing, and what was written twice, are told as the replacement of what stands
// beside them. Other characters too many are not looked for.
//
// What a document has written several times and then once with a character that sounds or looks alike is
// suspected too, whatever the counts say of it.
//
// A Learner makes a Site of articles that a site has published: what they all write is suspected
// less with Options.Site.
//
// The package knows no grammar and no facts and leaves text in other languages alone. All scores are integers, so results are the
// same on every machine. The model is built by typo/internal/train (make model) and measured by
// quality/typo.
package typo
