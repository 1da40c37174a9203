package main

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"proofcheck/lexicon"
	"proofcheck/server"
)

// Tokens are kept in a table with a header: name, SHA-256 of the secret, scopes, requests a second
// (0: no limit), day of making, last day. The secret itself is shown once and kept nowhere.
var tokenColumns = []string{"name", "sha256", "scopes", "rate", "created", "expires"}

// tokenPrefix lets scanners of repositories find tokens that should not be there.
const tokenPrefix = "proofcheck_"

func (p *program) tokenCommand() *cli.Command {
	files := func(more ...cli.Flag) []cli.Flag {
		return append(more, p.flag("tokens", "", "FILE"), p.flag("config", "c", "FILE"))
	}
	c := p.command("token", "", nil)
	c.Subcommands = []*cli.Command{
		p.command("new", "NAME", p.tokenNew,
			files(p.listFlag("scopes", "", strings.Join(server.Scopes, ",")), p.flag("rate", "", "N"), p.flag("expires", "", "YYYY-MM-DD"))...),
		p.command("list", "", p.tokenList, files()...),
		p.command("revoke", "NAME", p.tokenRevoke, files()...),
	}
	return c
}

// tokenRow is a line of the file.
type tokenRow struct {
	server.Token
	created, expires string
}

// readTokens reads the tokens of the service. A file that nobody has named need not be there.
func (p *program) readTokens(path string, must bool) ([]server.Token, error) {
	rows, err := p.tokenRows(path)
	if err != nil {
		if !must && errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
		return nil, p.fail("token.unreadable", "path", shown(path), "error", p.reason(err))
	}
	out := make([]server.Token, len(rows))
	for i := range rows {
		out[i] = rows[i].Token
	}
	return out, nil
}

func (p *program) tokenRows(path string) ([]tokenRow, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	const most = 1 << 20
	text, err := io.ReadAll(io.LimitReader(f, most))
	if err != nil {
		return nil, err
	}
	var out []tokenRow
	n := 0
	for line := range bytes.Lines(text) {
		n++
		cells := strings.Split(strings.TrimRight(string(line), "\r\n"), "\t")
		if len(cells) == 1 && cells[0] == "" || strings.HasPrefix(cells[0], "#") || slices.Equal(cells, tokenColumns) {
			continue
		}
		row, ok := parseToken(cells)
		if !ok {
			return nil, p.fail("token.line", "line", strconv.Itoa(n), "columns", strings.Join(tokenColumns, ", "))
		}
		out = append(out, row)
	}
	return out, nil
}

func parseToken(cells []string) (t tokenRow, ok bool) {
	if len(cells) != len(tokenColumns) || cells[0] == "" {
		return t, false
	}
	hash, err := hex.DecodeString(cells[1])
	rate, rateErr := strconv.ParseFloat(cmp.Or(cells[3], "0"), 64)
	if err != nil || len(hash) != sha256.Size || rateErr != nil || rate < 0 {
		return t, false
	}
	t = tokenRow{Token: server.Token{Name: cells[0], Hash: [32]byte(hash), Scopes: splitList([]string{cells[2]}), Rate: rate}, created: cells[4], expires: cells[5]}
	for _, s := range t.Scopes {
		if !slices.Contains(server.Scopes, s) {
			return t, false
		}
	}
	if t.expires != "" {
		day, err := time.ParseInLocation(time.DateOnly, t.expires, time.Local)
		if err != nil {
			return t, false
		}
		t.Expires = day.AddDate(0, 0, 1)
	}
	return t, true
}

func (t *tokenRow) cells() []string {
	return []string{t.Name, hex.EncodeToString(t.Hash[:]), strings.Join(t.Scopes, ","), strconv.FormatFloat(t.Rate, 'f', -1, 64), t.created, t.expires}
}

// tokenFile returns the file that --tokens or the config names, or the one beside the config.
func (p *program) tokenFile(c *cli.Context) (string, error) {
	r := &serveRun{program: p, config: c.String("config"), flags: serveConfig{tokens: c.String("tokens")}}
	var err error
	if r.first, err = r.readRoot(p); err != nil {
		return "", err
	}
	path, _ := r.tokensFile()
	return path, nil
}

// tokenNew makes a token and shows its secret, once.
func (p *program) tokenNew(c *cli.Context) error {
	if c.NArg() != 1 || c.Args().First() == "" || strings.ContainsAny(c.Args().First(), "\t\r\n#") {
		return p.fail("token.name")
	}
	path, err := p.tokenFile(c)
	if err != nil {
		return err
	}
	rows, err := p.tokenRows(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return p.fail("token.unreadable", "path", shown(path), "error", p.reason(err))
	}
	t := tokenRow{Token: server.Token{Name: c.Args().First(), Scopes: splitList(c.StringSlice("scopes"))}, created: time.Now().Format(time.DateOnly), expires: c.String("expires")}
	if slices.ContainsFunc(rows, func(r tokenRow) bool { return r.Name == t.Name }) {
		return p.fail("token.twice", "name", t.Name)
	}
	if len(t.Scopes) == 0 {
		t.Scopes = []string{"check"}
	}
	for _, s := range t.Scopes {
		if !slices.Contains(server.Scopes, s) {
			return p.fail("usage.choice", "flag", "--scopes", "value", s, "values", strings.Join(server.Scopes, ", "))
		}
	}
	rate, err := p.number(c, "rate", 0)
	if err != nil {
		return err
	}
	if _, ok := lexicon.ParseDate(t.expires); t.expires != "" && (!ok || len(t.expires) != len(time.DateOnly)) {
		return p.fail("usage.date", "value", t.expires)
	}
	secret := make([]byte, 32)
	rand.Read(secret)
	text := tokenPrefix + base64.RawURLEncoding.EncodeToString(secret)
	t.Rate, t.Hash = float64(rate), sha256.Sum256([]byte(text))
	if err := p.writeTokens(path, append(rows, t)); err != nil {
		return err
	}
	p.complain(p.say("token.made", "path", shown(path)))
	_, err = fmt.Fprintln(p.stdout, text)
	return err
}

// tokenList lists tokens without what they are proved by.
func (p *program) tokenList(c *cli.Context) error {
	path, err := p.tokenFile(c)
	if err != nil {
		return err
	}
	rows, err := p.tokenRows(path)
	if err != nil {
		return p.fail("token.unreadable", "path", shown(path), "error", p.reason(err))
	}
	for _, r := range rows {
		cells := r.cells()
		if _, err := fmt.Fprintln(p.stdout, strings.Join(append(cells[:1:1], cells[2:]...), "\t")); err != nil {
			return err
		}
	}
	return nil
}

// tokenRevoke takes a token away; a running service notices it within seconds.
func (p *program) tokenRevoke(c *cli.Context) error {
	path, err := p.tokenFile(c)
	if err != nil {
		return err
	}
	rows, err := p.tokenRows(path)
	if err != nil {
		return p.fail("token.unreadable", "path", shown(path), "error", p.reason(err))
	}
	left := slices.DeleteFunc(slices.Clone(rows), func(r tokenRow) bool { return r.Name == c.Args().First() })
	if c.NArg() != 1 || len(left) == len(rows) {
		var names []string
		for _, r := range rows {
			names = append(names, r.Name)
		}
		return p.fail("token.none", "name", c.Args().First(), "names", strings.Join(names, ", "))
	}
	return p.writeTokens(path, left)
}

// writeTokens replaces the file; only its owner may read it.
func (p *program) writeTokens(path string, rows []tokenRow) error {
	f, err := createAtomic(path)
	if err == nil {
		defer f.discard()
		if err = f.Chmod(0o600); err == nil {
			text := strings.Join(tokenColumns, "\t") + "\n"
			for i := range rows {
				text += strings.Join(rows[i].cells(), "\t") + "\n"
			}
			if _, err = io.WriteString(f, text); err == nil {
				err = f.commit()
			}
		}
	}
	if err != nil {
		return p.fail("output.failed", "path", shown(path), "error", p.reason(err))
	}
	return nil
}
