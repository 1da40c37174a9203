// Package sample fills a store with pages of an invented city's web site, for tests and benchmarks.
// The same numbers give the same store.
package sample

import (
	"context"
	_ "embed"
	"fmt"
	"math/rand/v2"
	"strings"

	"proofcheck/lexicon"
	"proofcheck/store"
)

//go:embed errors.tsv
var errorTable string

// Options say what is made.
type Options struct {
	Documents int     // pages
	Faulty    float64 // share of the pages that have findings, 0.05 when zero
	PerPage   int     // most findings of a page, 3 when zero
	Mended    float64 // share of the findings that the second run no longer meets; 0: there is one run
}

var columns = [...]string{"政务公开/通知公告", "政务公开/政策文件", "政务公开/规划计划", "新闻中心/工作动态", "新闻中心/图片新闻", "办事服务/办事指南", "互动交流/意见征集", "教育/招生入学", "卫生健康/健康科普", ""}
var hosts = [...]string{"www.example.gov.cn", "jyj.example.gov.cn", "wsj.example.gov.cn", "www.example.gov.cn"}

// Fill makes one run over the pages, and a second one in which some mistakes have been mended. It
// returns the number of findings that were there in the first.
func Fill(ctx context.Context, s *store.Store, opt Options) (int, error) {
	if opt.Faulty == 0 {
		opt.Faulty = 0.05
	}
	if opt.PerPage == 0 {
		opt.PerPage = 3
	}
	mistakes := mistakes()
	found := 0
	for pass := range 2 {
		if pass == 1 && opt.Mended == 0 {
			break
		}
		run := &store.Run{Kind: "scan", Plan: "sample", Command: "proofcheck scan https://www.example.gov.cn/", Ruleset: store.Ruleset{Tool: "test", Rules: "sample"}}
		if err := s.Begin(ctx, run); err != nil {
			return found, err
		}
		rnd := rand.New(rand.NewPCG(20200630, 7))
		const size = 500
		for from := 0; from < opt.Documents; from += size {
			b := &store.Batch{Run: run.ID}
			for i := from; i < min(from+size, opt.Documents); i++ {
				d := page(i, run.Ruleset.ID, byte(pass))
				var list []store.Finding
				if rnd.Float64() < opt.Faulty {
					for k := range 1 + rnd.IntN(opt.PerPage) {
						f := mistakes[rnd.IntN(len(mistakes))]
						f.Fingerprint = fmt.Sprintf("%016x", uint64(i)<<8|uint64(k))
						f.Start = int64(100 * (k + 1))
						f.End, f.Line, f.Column = f.Start+int64(len(f.Text)), int64(10+k), int64(8+k)
						mended := rnd.Float64() < opt.Mended
						if pass == 0 {
							found++
						} else if mended {
							continue
						}
						list = append(list, f)
						if f.Level >= lexicon.Warning {
							d.Weighted++
						}
						switch f.Level {
						case lexicon.Error:
							b.Counts.Errors++
						case lexicon.Warning:
							b.Counts.Warnings++
						default:
							b.Counts.Infos++
						}
					}
				}
				b.Counts.Documents++
				b.Counts.Checked++
				b.Counts.Characters += d.Characters
				b.Counts.Bytes += d.Bytes
				b.Counts.Weighted += d.Weighted
				b.Results = append(b.Results, store.Result{Document: d, Findings: list})
			}
			if _, err := s.Commit(ctx, b); err != nil {
				return found, err
			}
		}
		if err := s.Finish(ctx, run.ID, store.Done); err != nil {
			return found, err
		}
	}
	return found, nil
}

func page(i int, ruleset int64, pass byte) store.Document {
	column := columns[i%len(columns)]
	year := 2016 + i%5
	path := fmt.Sprintf("/art/%d/%d/%d.html", year, 1+i%12, i)
	title := fmt.Sprintf("关于做好%d年第%d号工作的通知", year, i)
	if i == 0 {
		path, title, column = "/", "某市人民政府", ""
	}
	host := hosts[i%len(hosts)]
	return store.Document{
		Source: "https://www.example.gov.cn/", Key: "https://" + host + path, URL: "https://" + host + path,
		Title: title, Date: lexicon.Date(year*10000 + (1+i%12)*100 + 1 + i%28), Column: column, Format: "html",
		Hash: []byte{byte(i), byte(i >> 8), byte(i >> 16), pass}, Bytes: 6000, Characters: int64(800 + i%1200), Ruleset: ruleset,
	}
}

// mistakes reads the table. It is embedded, so a mistake in it is one of this package.
func mistakes() []store.Finding {
	var out []store.Finding
	for line := range strings.Lines(errorTable) {
		if line[0] == '#' {
			continue
		}
		c := strings.Split(strings.TrimRight(line, "\r\n"), "\t")
		level, ok := lexicon.ParseLevel(c[1])
		clause, ok2 := lexicon.ParseClause(c[2])
		if !ok || !ok2 {
			panic("sample: errors.tsv: " + line)
		}
		out = append(out, store.Finding{
			Rule: c[0], Level: level, Clause: clause, Text: c[3], Suggest: []string{c[4]}, Before: c[5], After: c[6],
			Message: "“" + c[3] + "”应为“" + c[4] + "”", Standard: "GB/T 15834-2011", Confidence: 0.9,
		})
	}
	return out
}
