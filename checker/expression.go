package checker

// expressionRules are the rules of category expression, in the order in which they run.
var expressionRules = []*Rule{
	doubledWord,
	repeatedWords,
	conjunctions,
	fixedEnumeration,
	regionMismatch,
	negation,
	blend,
	latinNames,
	personPost,
	similarNames,
	similarTitles,
	mixedVariants,
}
