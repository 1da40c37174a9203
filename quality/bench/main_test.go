package main

import "testing"

func TestOnlyTheSectionsThatWereRunAreRenewed(t *testing.T) {
	t.Parallel()
	const old = "# Head\n\nold day\n\n## A\n\n1\n\n## B, 9 MB\n\n2\n\n## Parts\n\n3\n"
	for _, c := range []struct{ text, want string }{
		{"# Head\n\nnew day\n\n## A\n\n4\n\n", "# Head\n\nold day\n\n## A\n\n4\n\n## B, 9 MB\n\n2\n\n## Parts\n\n3\n"},
		{"# Head\n\n## C\n\n5\n", "# Head\n\nold day\n\n## A\n\n1\n\n## B, 9 MB\n\n2\n\n## C\n\n5\n\n## Parts\n\n3\n"},
		{"# Head\n\n## Parts\n\n6\n", "# Head\n\nold day\n\n## A\n\n1\n\n## B, 9 MB\n\n2\n\n## Parts\n\n6\n"},
	} {
		if got := renew(old, c.text); got != c.want {
			t.Errorf("got %q\nwant %q", got, c.want)
		}
	}
	if got := renew("", "# Head\n\n## A\n"); got != "# Head\n\n## A\n" {
		t.Errorf("into nothing: %q", got)
	}
}
