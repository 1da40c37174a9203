package checker

// structureRules are the rules of category structure, in the order in which they run.
var structureRules = []*Rule{
	unusedDirective,
	badDirective,
	documentNumber,
	sequenceGap,
}
