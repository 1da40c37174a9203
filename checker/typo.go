package checker

// typoRules are the rules of category typo beside the lexicon pass, in the order in which they run.
var typoRules = []*Rule{
	adverbialDe,
	attributiveDe,
	complementDe,
	fixedExpression,
	personName,
	english,
	contextTypos,
}
