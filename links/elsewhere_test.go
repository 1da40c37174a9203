package links

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
)

// Redirects as sites of all kinds have them: most say nothing, some are hints, and only those are warnings that
// lead to a stranger without a word.
func TestRedirectsAsTheWebHasThem(t *testing.T) {
	t.Parallel()
	type route struct{ from, to string }
	for _, c := range []struct {
		name, link, want string
		routes           []route // in the order in which they are followed
		media            string  // of the last answer, a page by default
	}{
		{"a bare domain and its www", "http://a.cn/x", "", []route{{"http://a.cn/x", "http://www.a.cn/x"}}, ""},
		{"a host below another", "http://old.a.gov.cn/", "", []route{{"http://old.a.gov.cn/", "http://www.a.gov.cn/"}}, ""},
		{"there and back to be counted", "http://a.cn/x", "", []route{{"http://a.cn/x", "http://count.com/c"}, {"http://count.com/c", "http://www.a.cn/x"}}, ""},
		{"a login on the same domain", "http://a.com/doc", "", []route{{"http://a.com/doc", "http://passport.a.com/in"}}, ""},
		{"a login of the same company", "http://shop.com/item", "info", []route{{"http://shop.com/item", "http://login.mall.com/jump"}}, ""},
		{"a login by its path", "http://shop.com/item", "info", []route{{"http://shop.com/item", "http://mall.com/member/login.jhtml"}}, ""},
		{"the one login of a government", "http://zwfw.a.gov.cn/x", "info", []route{{"http://zwfw.a.gov.cn/x", "http://tyrz.b.gov.cn/x"}}, ""},
		{"an office that was merged into another", "http://www.a.gov.cn/", "info", []route{{"http://www.a.gov.cn/", "http://www.b.gov.cn/"}}, ""},
		{"a file in a store", "http://a.gov.cn/f.pdf", "info", []route{{"http://a.gov.cn/f.pdf", "http://a.oss.store.com/f.pdf"}}, "application/pdf"},
		{"a file that has become a page", "http://a.gov.cn/f.pdf", "wrong", []route{{"http://a.gov.cn/f.pdf", "http://store.com/f.pdf"}}, "text/html"},
		{"the same name in another country", "http://maker.com/", "info", []route{{"http://maker.com/", "http://www.maker.com.cn/"}}, ""},
		{"a resolver of names", "http://doi.org/10.1/x", "", []route{{"http://doi.org/10.1/x", "http://journal.com/x"}}, ""},
		{"a short link", "http://t.cn/x", "", []route{{"http://t.cn/x", "http://a.cn/x"}}, ""},
		{"a click that says where it leads", "http://link.com/?to=http%3A%2F%2Fa.cn%2Fx", "", []route{{"http://link.com/", "http://a.cn/x"}}, ""},
		{"a domain that was sold", "http://society.org.cn/", "warning", []route{{"http://society.org.cn/", "http://shop.com/"}}, ""},
		{"a domain that was sold, by stages", "http://society.org.cn/news/1.html", "warning", []route{{"http://society.org.cn/news/1.html", "http://www.society.org.cn/"}, {"http://www.society.org.cn/", "http://shop.com/"}}, ""},
		{"a government's domain that was lost", "http://www.a.gov.cn/", "warning", []route{{"http://www.a.gov.cn/", "http://author.com/"}}, ""},
	} {
		t.Run(strings.ReplaceAll(c.name, " ", "-"), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := newNetwork(t)
				handler := func(w http.ResponseWriter, r *http.Request) {
					for _, route := range c.routes {
						if from := address(t, route.from); from.Host == r.Host && from.Path == r.URL.Path {
							http.Redirect(w, r, route.to, http.StatusFound)
							return
						}
					}
					w.Header().Set("Content-Type", "text/html; charset=utf-8")
					if c.media != "" {
						w.Header().Set("Content-Type", c.media)
					}
					_, _ = w.Write([]byte("<title>标题</title>" + long))
				}
				hosts := map[string]bool{}
				for _, route := range c.routes {
					hosts[address(t, route.from).Host], hosts[address(t, route.to).Host] = true, true
				}
				for host := range hosts {
					n.add(host, &server{handler: handler})
				}
				p := n.prober(nil)
				ref := Reference{}
				ref.Target = c.link
				got := ""
				a := p.Probe(context.Background(), address(t, c.link))
				for _, problem := range Judge(&ref, a) {
					switch problem.ID {
					case "off-host":
						got = problem.Level.String()
					case "moved":
					default:
						got = problem.ID // a finding of its own
					}
				}
				if len(a.Chain) < 2 {
					t.Errorf("no redirect was followed: %v", a.Chain)
				}
				if got != c.want {
					t.Errorf("%q, want %q: %v %s %s", got, c.want, a.Chain, a.Verdict, a.Reason)
				}
				n.end(p)
			})
		})
	}
}
