package checker

// structureRules are the rules of category structure, in the order in which they run.
var structureRules = []*Rule{
	unusedDirective,
	badDirective,
	documentNumber,
	sequenceGap,
	serialMarks,
	articleGap,
	annexReference,
	captionGap,
	noteGap,
	levelOrder,
	annexList,
	addressee,
	signatureDate,
	contents,
	doubleGenre,
	titleInTitle,
	closingFormula,
	organOrder,
	placeholder,
	repeatedParagraph,
	unusedAbbreviation,
	inconsistentNumber,
	personOrder,
}
