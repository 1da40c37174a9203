package checker

// numberRules are the rules of category number, in the order in which they run.
var numberRules = []*Rule{
	impossibleDate,
	weekdayMismatch,
}
