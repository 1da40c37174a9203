package checker

// pageRules are the rules of category page, in the order in which they run.
var pageRules = []*Rule{
	imageAlt,
	wordLeftovers,
	metaLabels,
	publicationDate,
	pageTitle,
	duplicateID,
	unclosedTags,
	leavingNotice,
	autoplay,
	vagueLink,
	headingJump,
	hiddenFrame,
	hiddenLink,
	floatingWindow,
}
