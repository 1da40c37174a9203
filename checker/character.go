package checker

// characterRules are the rules of category character, in the order in which they run.
var characterRules = []*Rule{
	invisibleCharacters,
	compatibilityCharacters,
	traditionalCharacters,
	variantCharacters,
	rareCharacters,
	garbled,
	mixedScript,
	kanaParticle,
}
