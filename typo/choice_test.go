package typo

import "testing"

// TestPairsChoose reads sentences with either character of a pair: the one that is right must be held for likelier, in
// four of five at least.
func TestPairsChoose(t *testing.T) {
	d := Embedded().NewDetector(Options{})
	odds := func(text string, written, other rune) (out int32, ok bool) {
		d.Uses(text, func(a, b rune, n int32) {
			if a == written && b == other {
				out, ok = n, true
			}
		})
		return out, ok
	}
	right, all := 0, 0
	for _, c := range []struct {
		before, after string
		right, wrong  rune
	}{
		{"他们正", "讨论明年的计划。", '在', '再'},
		{"项目建成后将", "一步提高产能。", '进', '近'},
		{"由", "资金不足，工程停工。", '于', '与'},
		{"各地", "照实际情况制定办法。", '按', '安'},
		{"会议", "北京召开，会期三天。", '在', '再'},
		{"双方签", "了合作协议。", '订', '定'},
		{"认真", "好防汛救灾各项工作。", '做', '作'},
		{"这一", "报告引起了广泛关注。", '份', '分'},
		{"充分调动群众的积极性，团结一切可以团结的", "量。", '力', '利'},
		{"法律另有规定的，从", "规定。", '其', '期'},
		{"", "经国务院批准，现予公布。", '已', '以'},
	} {
		for _, written := range []rune{c.right, c.wrong} {
			other := c.right + c.wrong - written
			n, ok := odds(c.before+string(written)+c.after, written, other)
			if !ok {
				t.Errorf("%c and %c have no model", written, other)
			}
			all++
			if (n > 0) == (written == c.wrong) {
				right++
			} else {
				t.Logf("%s%c%s: odds %d for %c", c.before, written, c.after, n, other)
			}
		}
	}
	if right*5 < all*4 {
		t.Errorf("%d of %d right", right, all)
	}
}

// TestChoicePlacesEndAtBoundaries changes what is beyond the sentence and further off than eight tokens: the places stay.
func TestChoicePlacesEndAtBoundaries(t *testing.T) {
	ids := []uint16{30, 31, boundary, 40, 41, 42, 99, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, boundary}
	var first, other [ChoiceFeatures]uint32
	ChoicePlaces(5, ids, 6, &first)
	ids[0], ids[1], ids[6], ids[15] = 77, 78, 79, 80
	ChoicePlaces(5, ids, 6, &other)
	if first != other {
		t.Errorf("got %v, then %v", first, other)
	}
	for _, k := range []int{4, 8} {
		was := ids[k]
		ids[k] = 81
		if ChoicePlaces(5, ids, 6, &other); first == other {
			t.Errorf("token %d changes nothing", k)
		}
		ids[k] = was
	}
	if ChoicePlaces(6, ids, 6, &other); first == other {
		t.Error("another pair has the same places")
	}
}
