// Package page is the editor's page of the service: the built assets of the folder web, embedded,
// and the handler that hands them out under a policy that lets nothing but them run. What the page
// shows it asks the service's API for; the package knows nothing of it.
package page

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

// assets is what "make web" builds from the folder web. It is committed, so that the program can be
// built with Go alone; CI holds it to a fresh build.
//
//go:embed assets
var assets embed.FS

// policy allows the page its own script, style and pictures, requests to its own site, and pictures
// that a draft brings inside of itself in the preview. Nothing else is fetched or run, by the page or by
// the preview's frame, which inherits it.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// file is an asset as it is sent.
type file struct {
	body, zipped []byte // zipped is nil where it would not be smaller
	media, tag   string
}

// Handler returns the handler of "/" and "/assets/". Other paths are answered with 404, methods but GET
// and HEAD with 405. Files are revalidated by their ETag, so that a new version of the program is
// seen at once. It is safe for concurrent use; assets are prepared when they are first asked for.
func Handler() http.Handler {
	files := sync.OnceValue(load)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		name, ok := strings.CutPrefix(r.URL.Path, "/assets/")
		if r.URL.Path == "/" {
			name, ok = "index.html", true
		}
		f := files()[name]
		if !ok || f == nil || name == "index.html" && r.URL.Path != "/" {
			http.Error(w, http.StatusText(http.StatusNotFound), http.StatusNotFound)
			return
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			h.Set("Allow", "GET, HEAD")
			http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
			return
		}
		f.serve(w, r)
	})
}

func (f *file) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-cache")
	h.Set("Vary", "Accept-Encoding")
	body, tag := f.body, f.tag
	if f.zipped != nil && takesGzip(r.Header.Get("Accept-Encoding")) {
		h.Set("Content-Encoding", "gzip")
		body, tag = f.zipped, f.tag+"-gzip"
	}
	tag = `"` + tag + `"`
	h.Set("ETag", tag)
	for known := range strings.SplitSeq(r.Header.Get("If-None-Match"), ",") {
		if strings.TrimPrefix(strings.TrimSpace(known), "W/") == tag {
			h.Del("Content-Encoding")
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	h.Set("Content-Type", f.media)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method == http.MethodGet {
		_, _ = w.Write(body) // an error means that the client has gone
	}
}

// takesGzip reports whether an Accept-Encoding header names gzip and does not refuse it.
func takesGzip(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, q, _ := strings.Cut(part, ";")
		if strings.TrimSpace(name) == "gzip" {
			q = strings.ReplaceAll(q, " ", "")
			return q != "q=0" && !strings.HasPrefix(q, "q=0.000")
		}
	}
	return false
}

// load reads the embedded files. They are part of the program: that they cannot be read is a mistake
// of its build.
func load() map[string]*file {
	out := map[string]*file{}
	err := fs.WalkDir(assets, "assets", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := assets.ReadFile(name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(body)
		f := &file{body: body, media: mediaOf(name), tag: hex.EncodeToString(sum[:12])}
		var b bytes.Buffer
		z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
		if err != nil {
			return err
		}
		if _, err := z.Write(body); err != nil {
			return err
		}
		if err := z.Close(); err != nil {
			return err
		}
		if b.Len() < len(body) {
			f.zipped = b.Bytes()
		}
		out[strings.TrimPrefix(name, "assets/")] = f
		return nil
	})
	if err != nil {
		panic("page: the embedded assets cannot be read: " + err.Error())
	}
	return out
}

// mediaOf does not ask the machine, whose table may call scripts text.
func mediaOf(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".txt":
		return "text/plain; charset=utf-8"
	}
	if t := mime.TypeByExtension(path.Ext(name)); t != "" {
		return t
	}
	return "application/octet-stream"
}
