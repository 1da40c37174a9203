package report

import (
	"net/url"
	"path/filepath"
	"strings"
)

// artifactURI returns a URI reference for a document's name: relative for a relative path, as
// it is for a web address, file:///… for an absolute path. Standard input is "stdin".
func artifactURI(name string) string {
	if name == "-" {
		return "stdin"
	}
	if u, err := url.Parse(name); err == nil && (u.Scheme == "http" || u.Scheme == "https") {
		return u.String()
	}
	name = strings.TrimPrefix(filepath.ToSlash(name), "./")
	u := url.URL{Path: name}
	switch {
	case strings.HasPrefix(name, "/"):
		u.Scheme = "file"
		return "file://" + u.EscapedPath()
	case len(name) > 2 && name[1] == ':' && name[2] == '/': // a drive letter
		u.Path = "/" + name
		return "file://" + u.EscapedPath()
	}
	return u.String()
}
