package checker

// linkRules are the rules of category link, in the order in which they run.
var linkRules = []*Rule{
	linkTargets,
	emptyLink,
	linkFiles,
	linkAnswers,
	darkLinks,
}
