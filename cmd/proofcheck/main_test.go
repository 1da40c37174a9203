package main

import (
	"bytes"
	"context"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"proofcheck/internal/sample"
	"proofcheck/store"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"proofcheck": main})
}

func TestScripts(t *testing.T) {
	site := trialSite(t)
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			// The cache of compiled lexicons stays inside the script's directory.
			env.Setenv("XDG_CACHE_HOME", filepath.Join(env.WorkDir, ".cache"))
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("SITE", strings.TrimPrefix(site.URL, "http://"))
			// An address that is free, for a script that starts a server.
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				return err
			}
			env.Setenv("QUEUE", l.Addr().String())
			return l.Close()
		},
		Condition: func(name string) (bool, error) { return name == "root" && os.Getuid() == 0, nil },
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"gb18030": gb18030,
			"bytes":   sameBytes,
			"binary":  binary,
			"cells":   cells,
			"expand":  expand,
			"store":   sampleStore,
		},
	})
}

// gb18030 rewrites UTF-8 files in GB18030.
func gb18030(ts *testscript.TestScript, _ bool, args []string) {
	for _, name := range args {
		out, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(ts.ReadFile(name)))
		ts.Check(err)
		ts.Check(os.WriteFile(ts.MkAbs(name), out, 0o666))
	}
}

// expand fills the variables of the environment in files.
func expand(ts *testscript.TestScript, _ bool, args []string) {
	for _, name := range args {
		text := os.Expand(ts.ReadFile(name), func(v string) string {
			if s := ts.Getenv(v); s != "" {
				return s
			}
			return "$" + v
		})
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(text), 0o666))
	}
}

// cells writes the cells of a workbook's first sheet as lines with tabs between them.
func cells(ts *testscript.TestScript, _ bool, args []string) {
	book, err := excelize.OpenFile(ts.MkAbs(args[0]))
	ts.Check(err)
	defer book.Close()
	rows, err := book.GetRows(book.GetSheetName(0))
	ts.Check(err)
	var out strings.Builder
	for _, row := range rows {
		out.WriteString(strings.Join(row, "\t") + "\n")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(out.String()), 0o666))
}

// binary writes a file: the second argument with Go's escapes, \xff and the like.
func binary(ts *testscript.TestScript, _ bool, args []string) {
	text, err := strconv.Unquote(`"` + args[1] + `"`)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o666))
}

// sampleStore makes a store of as many pages as the second argument says, each with a finding; with a
// third argument a second run has met that share of them no longer.
func sampleStore(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	opt := sample.Options{Documents: n, Faulty: 1, PerPage: 1}
	if len(args) > 2 {
		opt.Mended, err = strconv.ParseFloat(args[2], 64)
		ts.Check(err)
	}
	s, err := store.Open(context.Background(), ts.MkAbs(args[0]))
	ts.Check(err)
	_, err = sample.Fill(context.Background(), s, opt)
	ts.Check(err)
	ts.Check(s.Close())
}

// sameBytes compares two files byte by byte; testscript's cmp cannot name an encoding.
func sameBytes(ts *testscript.TestScript, neg bool, args []string) {
	if (ts.ReadFile(args[0]) == ts.ReadFile(args[1])) == neg {
		ts.Fatalf("%s is %q\n%s is %q", args[0], ts.ReadFile(args[0]), args[1], ts.ReadFile(args[1]))
	}
}

// sources returns the Go files of this package that are no tests, as one text.
func sources(t *testing.T) string {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, n := range names {
		if strings.HasSuffix(n, "_test.go") {
			continue
		}
		text, err := os.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}

func TestMessagesAreAllThereAndAllUsed(t *testing.T) {
	t.Parallel()
	text := sources(t)
	used := map[string]bool{}
	for _, m := range regexp.MustCompile(`"([a-z][a-z0-9-]*(?:\.[a-z0-9-]+)*)"`).FindAllStringSubmatch(text, -1) {
		used[m[1]] = true
	}
	for _, m := range regexp.MustCompile(`\b(?:say|fail)\("([^"]+)"[,)]`).FindAllStringSubmatch(text, -1) {
		if _, ok := readMessages()[m[1]]; !ok {
			t.Errorf("messages.tsv lacks %s", m[1])
		}
	}
	for key := range readMessages() {
		family, _, _ := strings.Cut(key, ".")
		// The keys of these are put together from the names of commands, flags, levels and so on.
		if !used[key] && !slices.Contains([]string{"command", "flag", "help", "ledger", "level", "clause", "category", "verdict", "state", "run"}, family) {
			t.Errorf("messages.tsv: nothing uses %s", key)
		}
	}
}

func TestMessagesHaveTheSamePlaceholdersInAllLanguages(t *testing.T) {
	t.Parallel()
	placeholder := regexp.MustCompile(`\{[a-z]+\}`)
	for key, texts := range readMessages() {
		want := placeholder.FindAllString(texts[0], -1)
		slices.Sort(want)
		for _, text := range texts[1:] {
			got := placeholder.FindAllString(text, -1)
			slices.Sort(got)
			if !slices.Equal(slices.Compact(got), slices.Compact(want)) {
				t.Errorf("%s: placeholders %v and %v", key, want, got)
			}
		}
		for i, text := range texts {
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s: no text in %s", key, languages[i])
			}
		}
	}
}

func TestEveryCommandAndFlagIsExplained(t *testing.T) {
	t.Parallel()
	for _, lang := range languages {
		var out bytes.Buffer
		p := &program{speaker: speaker{lang}, stdout: &out, stderr: &out}
		root := p.app()
		for _, c := range p.completed(nil, nil, "", root.Usage, root.Commands, root.Flags) {
			out.Reset()
			if err := p.help(root, strings.Fields(c.Path)); err != nil {
				t.Errorf("help %s: %v", c.Path, err)
			}
			for _, f := range c.Flags {
				if !strings.Contains(out.String(), "--"+f.Long) || f.Usage == "" {
					t.Errorf("help %s (%s) does not explain --%s", c.Path, lang, f.Long)
				}
			}
		}
	}
}

func configSchema(t *testing.T) (*jsonschema.Schema, map[string]any) {
	t.Helper()
	text, err := os.ReadFile("../../schema/config.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("config.schema.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("config.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema, document.(map[string]any)
}

func TestConfigSchemaNamesTheKeysOfTheParser(t *testing.T) {
	t.Parallel()
	_, document := configSchema(t)
	properties := document["properties"].(map[string]any)
	overrides := properties["overrides"].(map[string]any)["items"].(map[string]any)["properties"].(map[string]any)
	for _, k := range configKeys() {
		if properties[k.name] == nil {
			t.Errorf("the schema lacks %s", k.name)
		}
		if inOverrides := overrides[k.name] != nil; inOverrides != (k.part != nil) {
			t.Errorf("%s in overrides: schema %v, parser %v", k.name, inOverrides, k.part != nil)
		}
		delete(properties, k.name)
	}
	for name := range properties {
		t.Errorf("the parser does not know %s", name)
	}
}

// What init writes must be right, and so must be what its comments propose.
func TestInitTemplatesAreValid(t *testing.T) {
	t.Parallel()
	schema, _ := configSchema(t)
	for _, lang := range languages {
		text, err := fs.ReadFile(initFiles, "init."+lang+".yaml")
		if err != nil {
			t.Fatal(err)
		}
		proposed := regexp.MustCompile(`(?m)^# ( *- |  |[a-z-]+: |[a-z-]+:$)`).ReplaceAll(text, []byte("$1"))
		for name, text := range map[string][]byte{"as it is": text, "without comment marks": proposed} {
			var value any
			if err := yaml.Unmarshal(text, &value); err != nil {
				t.Fatalf("%s, %s: %v\n%s", lang, name, err, text)
			}
			if err := schema.Validate(value); err != nil {
				t.Errorf("%s, %s: %v", lang, name, err)
			}
			p := &program{speaker: speaker{lang}}
			if err := p.parseConfig(text, &config{path: configName, dir: "."}); err != nil {
				t.Errorf("%s, %s: %v", lang, name, err)
			}
		}
		if len(proposed) == len(text) {
			t.Errorf("%s: no proposal found in comments", lang)
		}
	}
}

func TestConfigProblemsNameThePlaceAndTheRemedy(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ text, want string }{
		{"profil: gov\n", "c.yaml:1:1: no key profil; did you mean profile?"},
		{"profile: gvo\n", "c.yaml:1:10: profile cannot be gvo; use one of general, gov, news, ad"},
		{"lang: en\njobs: many\n", "c.yaml:2:7: jobs: many has the wrong type; expected a count"},
		{"jobs: -1\n", "c.yaml:1:7: jobs: -1 has the wrong type; expected a count"},
		{"gitignore: 1\n", "c.yaml:1:12: gitignore: 1 has the wrong type; expected true or false"},
		{"only: {a: b}\n", "c.yaml:1:7: only: {a: b} has the wrong type; expected a list"},
		{"levels:\n  typo: eror\n", "c.yaml:2:9: typo cannot be eror; use one of error, warning, info, off"},
		{"exclude: ['[']\n", "c.yaml:1:10: malformed pattern ["},
		{"overrides:\n  - profile: gov\n", "c.yaml:2:12: overrides lacks paths"},
		{"overrides:\n  - paths: a\n    jobs: 2\n", "c.yaml:3:5: no key jobs; did you mean paths?"},
		{"lexicon:\n  - paht: a.tsv\n    path: b.tsv\n", "c.yaml:2:5: no key paht; did you mean path?"},
		{"- a\n", "c.yaml:1:1: : - a has the wrong type; expected a mapping of keys to values"},
		{"date: soon\n", "c.yaml:1:7: date: soon has the wrong type; expected a date such as 2021-01-31"},
		{"charset: martian\n", "c.yaml:1:10: charset cannot be martian; use one of utf-8, gb18030, gbk, big5, utf-16le, utf-16be"},
		{"", ""},
		{"# nothing\n", ""},
		{"levels:\n  number/*: off\n  typo/word: error\ndate: 2020-01-01\nskip: page\n", ""},
	} {
		p := &program{speaker: speaker{"en"}}
		err := p.parseConfig([]byte(test.text), &config{path: "c.yaml", dir: "/d"})
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("%q:\ngot  %s\nwant %s", test.text, got, test.want)
		}
	}
}

func FuzzParseConfig(f *testing.F) {
	for _, lang := range languages {
		text, err := fs.ReadFile(initFiles, "init."+lang+".yaml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte("lexicon:\n  - {path: a, evasion: [gaps]}\noverrides: [{paths: a, only: [x]}]\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		p := &program{speaker: speaker{"zh"}}
		p.parseConfig(text, &config{path: "c.yaml", dir: "."}) // must return
	})
}

func TestMatchPath(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		pattern, path string
		want          bool
	}{
		{"node_modules", "node_modules/a.md", true},
		{"node_modules", "web/node_modules/x/a.md", true},
		{"*.min.html", "web/a.min.html", true},
		{"web/*.html", "web/a.html", true},
		{"web/*.html", "old/web/a.html", false},
		{"web/**", "web/a/b.html", true},
		{"/a.md", "a.md", true},
		{"/a.md", "b/a.md", false},
		{"./web", "web/a.md", true},
		{"web/", "web/a.md", true},
		{"b", "a.md", false},
		{"../other", "a.md", false},
	} {
		if got := matchPath(test.pattern, test.path); got != test.want {
			t.Errorf("matchPath(%q, %q) = %v", test.pattern, test.path, got)
		}
	}
}

func TestIgnored(t *testing.T) {
	t.Parallel()
	root := &ignoreFile{dir: "/r"}
	for _, line := range []string{"# comment", "*.log.md", "!keep.log.md", "/top.md", "build/", "a/*.md", "file?.md", "x{1}.md", `\#hash.md`, "trail.md   ", "[bad"} {
		if r, ok := parseIgnore(line); ok {
			root.rules = append(root.rules, r)
		}
	}
	deep := &ignoreFile{dir: "/r/sub"}
	for _, line := range []string{"!a.log.md", "local.md"} {
		r, _ := parseIgnore(line)
		deep.rules = append(deep.rules, r)
	}
	files := []*ignoreFile{root, deep}
	for path, want := range map[string]bool{
		"/r/x.log.md": true, "/r/keep.log.md": false, "/r/sub/x.log.md": true, "/r/sub/a.log.md": false,
		"/r/top.md": true, "/r/sub/top.md": false, "/r/a/b.md": true, "/r/sub/a/b.md": false,
		"/r/file1.md": true, "/r/file12.md": false, "/r/x{1}.md": true, "/r/#hash.md": true, "/r/trail.md": true,
		"/r/sub/local.md": true, "/r/build": false,
	} {
		if runtime.GOOS == "windows" {
			path = `C:` + filepath.FromSlash(path)
		}
		if got := ignored(files, path, false); got != want {
			t.Errorf("%s: ignored is %v", path, got)
		}
	}
	if !ignored(files, "/r/sub/build", true) {
		t.Error("a pattern with a slash at its end matches directories")
	}
}

func TestDistanceCountsASwapOnce(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"abc", "abc", 0}, {"paht", "path", 1}, {"abc", "", 3}, {"通知", "通告", 1}, {"kitten", "sitting", 3}} {
		if got := distance(test.a, test.b); got != test.want {
			t.Errorf("distance(%q, %q) = %d, want %d", test.a, test.b, got, test.want)
		}
	}
}
