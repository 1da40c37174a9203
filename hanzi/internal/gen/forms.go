package main

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// place numbers the characters: first those of the block, then the others that have anything.
func (g *generator) place() {
	set := map[rune]bool{}
	add := func(r rune) {
		if r < blockFirst || r > blockLast {
			set[r] = true
		}
	}
	for r := range g.norm.levels {
		add(r)
	}
	for _, m := range []map[string][]string{g.norm.ToTraditional, g.norm.ToSimplified, g.norm.ToVariants, g.norm.FromVariant} {
		for k, list := range m {
			add(first(k))
			for _, v := range list {
				add(first(v))
			}
		}
	}
	for k, list := range g.norm.openCC {
		add(k)
		for _, v := range list {
			add(v)
		}
	}
	delete(set, 0)
	g.extra = slices.Sorted(maps.Keys(set))
	g.places = blockSize + len(g.extra)
	g.row = map[rune]int{}
	for r := rune(blockFirst); r <= blockLast; r++ {
		g.row[r] = int(r - blockFirst)
	}
	var b []byte
	for i, r := range g.extra {
		g.row[r] = blockSize + i
		b = put24(b, uint32(r))
	}
	g.write("extra", b)
}

const (
	traditional = 4
	variant     = 8
)

// forms writes levels, simplified, standard and traditional forms.
func (g *generator) forms() {
	class := make([]byte, g.places)
	for r, l := range g.norm.levels {
		class[g.row[r]] = byte(l)
	}
	standard := map[rune][]rune{}
	older := map[rune][]rune{}
	relate := func(old rune, news ...rune) {
		for _, n := range news {
			if n != old && n != 0 && !slices.Contains(standard[old], n) {
				standard[old] = append(standard[old], n)
				older[n] = append(older[n], old)
			}
		}
	}
	// The list's own forms first, in the order of the keys so that the bytes are always the same.
	for _, k := range slices.Sorted(maps.Keys(g.norm.ToSimplified)) {
		for _, v := range g.norm.ToSimplified[k] {
			relate(first(k), first(v))
		}
		if r := first(k); g.norm.levels[r] == 0 {
			class[g.row[r]] |= traditional
		}
	}
	for _, k := range slices.Sorted(maps.Keys(g.norm.FromVariant)) {
		for _, v := range g.norm.FromVariant[k] {
			relate(first(k), first(v))
		}
		// A form that was taken back into the list, or that is traditional, is not a variant only.
		if r := first(k); g.norm.levels[r] == 0 && class[g.row[r]]&traditional == 0 {
			class[g.row[r]] |= variant
		}
	}
	for _, k := range slices.Sorted(maps.Keys(g.norm.openCC)) {
		if r := k; len(standard[r]) == 0 {
			relate(r, g.norm.openCC[k]...)
			if g.norm.levels[r] == 0 && g.norm.levels[g.norm.openCC[k][0]] > 0 {
				class[g.row[r]] |= traditional
			}
		}
	}
	g.write("class", class)
	g.write("standard", g.sparse(standard))
	g.write("traditional", g.sparse(older))

	var b []byte
	for p := range g.places {
		r := g.at(p)
		to := r
		if g.norm.levels[r] == 0 && len(standard[r]) > 0 {
			to = standard[r][0]
			if next := standard[to]; g.norm.levels[to] == 0 && len(next) > 0 {
				to = next[0]
			}
		}
		b = put16(b, g.row[to])
	}
	g.write("simplified", b)
}

func (g *generator) at(p int) rune {
	if p < blockSize {
		return rune(p + blockFirst)
	}
	return g.extra[p-blockSize]
}

// alikeLimit is how many characters alike in shape are kept of one.
const alikeLimit = 32

// shapes writes the characters that are taken for others: the published lists vote, and a list
// that says it both ways counts twice.
func (g *generator) shapes() {
	votes := map[rune]map[rune]int{}
	vote := func(a, b rune, n int) {
		if a == b || g.norm.levels[a] == 0 || g.norm.levels[b] == 0 {
			return
		}
		if votes[a] == nil {
			votes[a] = map[rune]int{}
		}
		votes[a][b] += n
	}
	for a, list := range g.shapeConfusion() {
		for i, b := range list {
			vote(a, b, 20-min(i, 10))
			vote(b, a, 8)
		}
	}
	g.lines("similar_character/形近字语料库.txt", func(line string) {
		key, list, _ := strings.Cut(line, " ")
		for _, b := range list {
			vote(first(key), b, 20)
			vote(b, first(key), 10)
		}
	})
	// Those that share all components but one.
	parts := g.components()
	byPart := map[string][]rune{}
	for _, r := range slices.Sorted(maps.Keys(parts)) {
		for _, p := range parts[r] {
			byPart[p] = append(byPart[p], r)
		}
	}
	for _, p := range slices.Sorted(maps.Keys(byPart)) {
		group := byPart[p]
		if len(group) > 40 {
			continue
		}
		for _, a := range group {
			for _, b := range group {
				vote(a, b, 6)
			}
		}
	}
	for _, group := range handAlike {
		for _, a := range group {
			for _, b := range group {
				vote(a, b, 100)
			}
		}
	}
	rows := make([]string, g.places)
	for a, m := range votes {
		list := slices.Collect(maps.Keys(m))
		slices.SortFunc(list, func(x, y rune) int {
			return cmp.Or(m[y]-m[x], g.norm.levels[x]-g.norm.levels[y], int(x-y))
		})
		rows[g.row[a]] = string(list[:min(len(list), alikeLimit)])
	}
	g.write("alike", dense(rows))
}

// handAlike are groups that writing and text recognition confuse most.
var handAlike = []string{
	"己已巳", "末未", "土士", "日曰", "戊戌戍戎", "人入八", "干千于", "天夭", "刀刁", "大太犬", "王玉主", "田由甲申",
	"贝见", "鸟乌", "拔拨", "候侯", "崇祟", "抵低", "竞竟", "辨辩辫瓣", "治冶", "券卷", "折拆析", "暑署", "粱梁",
	"籍藉", "蓝篮", "历厉", "幕慕墓暮", "偏遍", "签鉴", "绪续", "杨扬", "账帐", "陪赔", "徒徙", "沧沦", "壁璧", "帖贴",
	"廷延", "孤弧狐", "脑恼", "仑仓", "喝渴", "博搏", "栽裁载", "肓盲", "炙灸", "刺剌", "即既", "密蜜", "庄压", "席度", "社杜",
}

// components reads the decompositions: for each character its components.
func (g *generator) components() map[rune][]string {
	out := map[rune][]string{}
	g.lines("chaizi/chaizi-jt.txt", func(line string) {
		cells := strings.Split(line, "\t")
		r := first(cells[0])
		if g.norm.levels[r] == 0 || len(cells) < 2 {
			return
		}
		for _, part := range strings.Fields(cells[1]) {
			if utf8.RuneCountInString(part) == 1 && !slices.Contains(out[r], part) {
				out[r] = append(out[r], part)
			}
		}
	})
	return out
}
