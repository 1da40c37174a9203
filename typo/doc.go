// Package typo finds wrong characters that no list knows, by counts: how likely each
// character is after those before it (character n-grams, interpolated Kneser-Ney), which words
// it makes, and how much likelier the text would be with a character or word that sounds or
// looks alike. A sum of regression trees weighs the evidence and a calibration turns its score
// into a probability.
//
// The model is a file of counts that is used as it lies; see Model. Detector reads one
// document. All scores are integers, so results are the same on every machine.
package typo
