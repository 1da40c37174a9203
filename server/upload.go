package server

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/url"
	"slices"
	"strconv"

	"proofcheck/formats"
)

// maxField is the bytes of an option in an upload.
const maxField = 64 << 10

// parseUpload reads files and options of a multipart body. Nothing of it is written to a disk, and
// names of files are only shown.
func (s *Server) parseUpload(text []byte, boundary string, query url.Values) (*ask, *problem) {
	if boundary == "" {
		return nil, fail("bad-multipart", "error", "no boundary")
	}
	a := &ask{several: true}
	fields := url.Values{}
	for k, v := range query {
		fields[k] = v
	}
	in := multipart.NewReader(bytes.NewReader(text), boundary)
	for {
		part, err := in.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fail("bad-multipart", "error", short(err.Error()))
		}
		if part.FileName() == "" && !isFile(part) {
			value, err := io.ReadAll(io.LimitReader(part, maxField+1))
			if err != nil {
				return nil, fail("bad-multipart", "error", short(err.Error()))
			}
			if len(value) > maxField || len(fields) > maxOption {
				return nil, fail("option-long", "name", short(part.FormName()), "limit", strconv.Itoa(maxField))
			}
			fields.Add(part.FormName(), string(value))
			continue
		}
		if len(a.drafts) == s.opt.Limits.Files {
			return nil, fail("files-many", "limit", strconv.Itoa(s.opt.Limits.Files))
		}
		d, p := readFile(part, len(a.drafts)+1)
		if p != nil {
			return nil, p
		}
		a.drafts = append(a.drafts, d)
	}
	if len(a.drafts) == 0 {
		return nil, fail("option-missing", "name", "file")
	}
	for name := range fields {
		if !slices.Contains(uploadFields, name) {
			return nil, wrong("field", name, uploadFields)
		}
	}
	return a, a.query(fields)
}

// uploadFields are the options that may stand beside the files, besides those of reports.
var uploadFields = []string{
	"url", "title", "id", "channel", "user", "profile", "only", "skip", "min-level", "links", "lang", "allow", "baseline", "store", "fix", "fingerprints", "report",
}

// isFile reports whether a part says that it is a file although it has no usable name.
func isFile(part *multipart.Part) bool {
	_, params, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	_, has := params["filename"]
	return err == nil && has
}

// readFile reads the n-th file.
func readFile(part *multipart.Part, n int) (draft, *problem) {
	d := draft{name: fileName(part.FileName())}
	if d.name == "" {
		d.name = "file-" + strconv.Itoa(n)
	}
	media, params, _ := mime.ParseMediaType(part.Header.Get("Content-Type"))
	if d.format = formats.ByName(d.name); d.format == nil {
		d.format = formats.ByMediaType(media)
	}
	if d.format == nil {
		return d, fail("type-unsupported", "type", short(d.name))
	}
	d.charset = params["charset"]
	text, err := io.ReadAll(part)
	if err != nil {
		return d, fail("bad-multipart", "error", short(err.Error()))
	}
	d.text = text
	return d, nil
}
