package checker

import (
	"strconv"
	"strings"
)

// documentNumber reports issue numbers of official documents (发文字号) whose year is not in
// 〔〕, not whole or still to come, or whose number has leading zeros or 第. GB/T 9704-2012 7.2.5.
var documentNumber = &Rule{
	ID:      "structure/document-number",
	Anchors: anchors("[19", "[20", "(19", "(20", "（19", "（20", "【19", "【20", "［19", "［20", "〖19", "〖20", "﹝19", "﹝20", "〔19", "〔20", "》〔19", "》〔20", "〔"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			for _, h := range hits {
				switch {
				case h.Anchor == 18:
					wrongYear(p, seg, h.From)
				case h.Anchor >= 16:
					bareNumber(p, seg, h.From+len("》"))
				default:
					issueNumber(p, seg, h.From)
				}
			}
		})
	},
}

// An issue number: the office's short name ending in a character of its kind, the year in
// brackets, the number.
var (
	issueOffice       = lazy(`[\p{Han}]{1,12}(?:发|函|办|字|令|规|电|呈|任|复|通|审|监|建|教|财|税|公告|通告|决|纪要|秘)$`)
	issueNumberOfYear = lazy(`^〔(\d{1,6})〕第?\d{1,5}号`)
	issueYear         = lazy(`^([\[(（【［〖﹝〔])((?:19|20)\d\d)([\])）】］〗﹞〕])(第?)(0*)(\d{1,5})号`)
)

// bareNumber reports the year and number of an issue number right behind a title, without the office: 《通知》
// 〔2020〕5号.
func bareNumber(p *Pass, seg *Segment, at int) {
	if m := issueYear().FindString(seg.Text[at:]); m != "" {
		p.Report(seg, at, at+len(m), Problem{Message: ".office", Level: Warning})
	}
}

// wrongYear reports an issue number whose year has not all four digits or is still to come: 国办发〔20〕5号, 〔2201〕5号.
func wrongYear(p *Pass, seg *Segment, at int) {
	m := issueNumberOfYear().FindStringSubmatch(seg.Text[at:])
	if m == nil || issueOffice().FindString(tail(seg.Text[:at], 16)) == "" {
		return
	}
	if year, _ := strconv.Atoi(m[1]); len(m[1]) == 4 && year >= 1900 && year <= int(p.Today())/10000+1 {
		return
	}
	p.Report(seg, at, at+len(m[0]), Problem{Message: ".year"})
}

func issueNumber(p *Pass, seg *Segment, at int) {
	m := issueYear().FindStringSubmatch(seg.Text[at:])
	if m == nil {
		return
	}
	office := issueOffice().FindString(tail(seg.Text[:at], 16))
	if office == "" {
		return
	}
	right := "〔" + m[2] + "〕" + m[6] + "号"
	if m[0] == right {
		return
	}
	// Case numbers of courts, （2020）京01民终1号, have the office behind the year and do not get
	// here; those of arbitration and patents have no 号 right after the number.
	if strings.HasSuffix(office, "字") && (m[1] == "（" || m[1] == "(") && m[4] == "第" {
		return // （2019）某字第1号: the older style of courts and notaries
	}
	message := ""
	if m[1] == "〔" {
		message = ".number"
	}
	p.Report(seg, at, at+len(m[0]), Problem{Message: message, Suggest: []string{right}, Safe: true})
}
