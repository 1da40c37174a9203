package checker

// punctuationRules are the rules of category punctuation, in the order in which they run.
var punctuationRules = []*Rule{
	pairedMarks,
	repeatedMarks,
	halfWidthMarks,
	titleSeparators,
	angleTitleMarks,
}
