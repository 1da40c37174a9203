//go:build unix

package wordpress

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
)

func utf16Units(text string) []uint16 { return utf16.Encode([]rune(text)) }
func utf16Text(units []uint16) []rune { return utf16.Decode(units) }

func get(t *testing.T, url string) string {
	t.Helper()
	resp, err := http.Get(url)
	return body(t, resp, err)
}

func post(t *testing.T, url, kind, text string) string {
	t.Helper()
	resp, err := http.Post(url, kind, strings.NewReader(text))
	return body(t, resp, err)
}

func body(t *testing.T, resp *http.Response, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// number is a JSON number, a whole one, as text.
func number(t *testing.T, value any) string {
	t.Helper()
	n, ok := value.(float64)
	if !ok {
		t.Fatalf("%v is no number", value)
	}
	return strconv.FormatInt(int64(n), 10)
}
