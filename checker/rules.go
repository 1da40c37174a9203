package checker

import "slices"

// Rules returns all rules in the order in which they run. The slice and the rules must not be
// changed.
func Rules() []*Rule { return allRules }

// allRules is the explicit table: a rule that is not here does not exist.
var allRules = slices.Concat(
	wordCategoryRules,
	punctuationRules,
	numberRules,
	structureRules,
	characterRules,
	expressionRules,
	linkRules,
)

var punctuationRules = []*Rule{
	pairedMarks,
	repeatedMarks,
	halfWidthMarks,
	titleSeparators,
	angleTitleMarks,
}

var numberRules = []*Rule{
	impossibleDate,
	weekdayMismatch,
}

var structureRules = []*Rule{
	unusedDirective,
	badDirective,
	documentNumber,
	sequenceGap,
}

var characterRules = []*Rule{
	invisibleCharacters,
	compatibilityCharacters,
}

var expressionRules = []*Rule{
	doubledWord,
}

var linkRules = []*Rule{
	urlSyntax,
}
