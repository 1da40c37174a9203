package links

import (
	"net/url"
	"testing"
)

func TestAddressesThatLeadToTheSameResourceHaveOneKey(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ a, b string }{
		{"HTTP://WWW.Example.cn:80/%7ea/./b/../c#x", "http://www.example.cn/~a/c"},
		{"https://例子.中国", "https://xn--fsqu00a.xn--fiqs8s:443/"},
		{"http://a.cn/中 文?q=值", "http://a.cn/%e4%b8%ad%20%E6%96%87?q=%E5%80%BC"},
		{`http:\\a.cn\b\c`, "http://a.cn/b/c"},
		{"http://a.cn/b\nc", "http://a.cn/bc"},
		{"http://a.cn/100%", "http://a.cn/100%25"},
		{"http://a.cn./", "http://a.cn"},
		{"http://a.cn/?", "http://a.cn/"},
		{"http://[::1]:80/a", "http://[::1]/a"},
	} {
		a, err := Resolve(nil, c.a)
		if err != nil {
			t.Fatal(err)
		}
		b, err := Resolve(nil, c.b)
		if err != nil {
			t.Fatal(err)
		}
		if Key(a) != Key(b) {
			t.Errorf("%q and %q have the keys %q and %q", c.a, c.b, Key(a), Key(b))
		}
	}
}

func TestAddressesOfDifferentResourcesHaveDifferentKeys(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ a, b string }{
		{"http://a.cn/b", "http://a.cn/B"},
		{"http://a.cn/b", "http://a.cn/b/"},
		{"http://a.cn/b//c", "http://a.cn/b/c"},
		{"http://a.cn/b%2Fc", "http://a.cn/b/c"},
		{"http://a.cn/b", "https://a.cn/b"},
		{"http://a.cn:8080/", "http://a.cn/"},
		{"http://a.cn/?a=1&b=2", "http://a.cn/?b=2&a=1"},
	} {
		a, _ := Resolve(nil, c.a)
		b, _ := Resolve(nil, c.b)
		if Key(a) == Key(b) {
			t.Errorf("%q and %q have the same key %q", c.a, c.b, Key(a))
		}
	}
}

func TestTargetsAreResolvedAsBrowsersDo(t *testing.T) {
	t.Parallel()
	base, _ := url.Parse("https://www.example.cn/zw/t1/index.html?a=1")
	for _, c := range []struct{ target, want string }{
		{"../b.html", "https://www.example.cn/zw/b.html"},
		{"//other.cn/x", "https://other.cn/x"},
		{"?b=2", "https://www.example.cn/zw/t1/index.html?b=2"},
		{"#top", "https://www.example.cn/zw/t1/index.html?a=1#top"},
		{"https:page.html", "https://www.example.cn/zw/t1/page.html"},
		{`\a\b.html`, "https://www.example.cn/a/b.html"},
		{"附件 1.doc", "https://www.example.cn/zw/t1/%E9%99%84%E4%BB%B6%201.doc"},
	} {
		u, err := Resolve(base, c.target)
		if err != nil {
			t.Fatalf("%q: %v", c.target, err)
		}
		if u.String() != c.want {
			t.Errorf("%q leads to %q, want %q", c.target, u, c.want)
		}
	}
}

// The key of an address, read again, is the address: normalising is idempotent.
func FuzzKey(f *testing.F) {
	for _, s := range []string{"http://a.cn/%7e/../x?y=%2f#z", "//é.cn/ ", `http:\\a\b`, "http://[::1]:80/%", "mailto:a@b.cn", "http://a.cn/%2E%2e/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		u, err := Resolve(nil, s)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.Opaque != "" {
			return
		}
		key := Key(u)
		v, err := Resolve(nil, key)
		if err != nil {
			// A host that no network knows may have no form that can be read again.
			return
		}
		if again := Key(v); again != key {
			t.Errorf("%q has the key %q, and that the key %q", s, key, again)
		}
	})
}

// What is plain needs no parser: the short way says what net/url says, on a page of the web and alone.
func FuzzPlainAddress(f *testing.F) {
	for _, s := range []string{
		"http://a.cn", "https://a.cn/", "http://a.cn/b/c_d-e.html?x=1&y=a.b/c#top", "http://A.cn//b", "http://a.cn/./b", "http://a.cn/a/..", "http://a.cn?x#y",
		"http://a.cn#y", "http://a.cn/?", "http://a.cn/#", "http://a.cn/a?#b", "http://a.cn/a#b?c", "http://a.cn/a?b?c", "http:///a", "https://", "httpss://a", "http://a:80/", "http://a@b/",
	} {
		f.Add(s)
	}
	base := &url.URL{Scheme: "https", Host: "b.cn", Path: "/c/d.html", RawQuery: "e"}
	f.Fuzz(func(t *testing.T, s string) {
		u := plainAddress(s)
		if u == nil {
			return
		}
		want, err := url.Parse(clean(s))
		if err != nil {
			t.Fatalf("%q is plain, but %v", s, err)
		}
		if *u != *want || *u != *base.ResolveReference(want) {
			t.Errorf("%q is %#v, want %#v, on a page %#v", s, u, want, base.ResolveReference(want))
		}
	})
}
