package links

import (
	"bytes"
	"strings"
	"testing"

	"proofcheck/formats"
)

func TestWhatPagesHideIsFound(t *testing.T) {
	t.Parallel()
	many := ""
	for _, c := range "abcdefg" {
		many += "<a href='http://www." + string(c) + "x.com/'>" + string(c) + "</a>"
	}
	for _, c := range []struct{ name, page, want string }{
		{"links to many sites off the screen", "<p>正文<div style='position:absolute;left:-9999px'>" + many + "</div>", "dark-hidden"},
		{"links in a hidden menu of one site", "<ul style='display:none'><li><a href='http://www.a.cn/1'>一</a><a href='http://www.a.cn/2'>二</a></ul>", ""},
		{"links that are seen", "<p>" + many, ""},
		{"an invisible frame", "<iframe src='http://evil.com/' width=0 height=0></iframe>", "dark-frame"},
		{"a counter's frame", "<iframe src='https://www.googletagmanager.com/ns.html' width=0 height=0></iframe>", ""},
		{"a frame that is seen", "<iframe src='http://map.com/' width=400 height=300></iframe>", ""},
		{"a script after the end", "<p>正文</body></html><script src='http://evil.com/x.js'></script>", "dark-after"},
		{"a part with an end of its own", "<html><html></html><script src='http://js.group.com/x.js'></script></html>", ""},
		{"an own script after the end", "<p>正文</body></html><script src='/x.js'></script>", ""},
		{"an encoded script", "<script>document.write(unescape('%3Ca%20href%3D%22http%3A//evil.com%22%3E'))</script>", "dark-script"},
		{"characters by code", `<script>document.write("\x3c\x61\x20\x68\x72\x65\x66\x3d\x22")</script>`, "dark-script"},
		{"characters by number", "<script>\ndocument.write ( String.fromCharCode(60,97))</script>", "dark-script"},
		{"a counter's script", `<script>document.write(unescape("%3Cscript src='" + p + "hm.baidu.com/h.js%3F1' type='text/javascript'%3E%3C/script%3E"));</script>`, ""},
		{"a plain script", "<script>document.write('<p>' + x)</script>", ""},
		{"keywords", "<title>北京赛车_时时彩</title><p>正文", "dark-words"},
		{"hidden words", "<p>正文<div style='display:none'>六合彩 百家乐 老虎机</div>", "dark-words"},
		{"news", "<title>警方打击北京赛车、时时彩网络赌博</title><p>正文", ""},
		{"law", "<title>彩票管理条例</title><p>禁止以百家乐、六合彩等形式赌博。", ""},
	} {
		page, err := ReadPage("x", strings.NewReader(c.page), formats.HTML, PageOptions{Screen: true}, nil)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, s := range page.Signs {
			got = append(got, s.ID)
			if s.At.Line < 1 {
				t.Errorf("%s: no place", c.name)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: got %v, want %q", c.name, got, c.want)
		}
	}
}

// References stand where they are said to stand, in the order of the file.
func FuzzReadPage(f *testing.F) {
	f.Add("<a href='a.html'>x</a><img src=b.png srcset='c.png 1x'>", false)
	f.Add("# A\n\n[x](y.md#z) <http://a.cn/> ![](p.png)\n\n[r]: /q \"t\"\n", true)
	f.Add("<base href=//x><meta http-equiv=refresh content='0;url=z'>", false)
	f.Fuzz(func(t *testing.T, text string, markdown bool) {
		format := formats.HTML
		if markdown {
			format = formats.Markdown
		}
		page, err := ReadPage("x", strings.NewReader(text), format, PageOptions{Charset: "utf-8", Screen: true}, func(r *Reference) {
			s := r.Span
			if s.Start < 0 || s.End < s.Start || s.End > int64(len(text)) {
				t.Fatalf("%q stands at %v of %d bytes", r.Target, s, len(text))
			}
			if line := 1 + strings.Count(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text[:s.Start]), "\n"); r.At.Line != line && !bytes.HasSuffix([]byte(text[:s.Start]), []byte("\r")) {
				t.Fatalf("%q stands in line %d, said to be in %d", r.Target, line, r.At.Line)
			}
		})
		if err == nil && len(page.Anchors) > len(text) {
			t.Fatalf("%d anchors in %d bytes", len(page.Anchors), len(text))
		}
	})
}
