package batch

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"proofcheck/internal/testserver"
	"proofcheck/store"
)

// wordpressTables makes the tables of the WordPress that Debian has.
func wordpressTables(t *testing.T, db *sql.DB, prefix string) {
	t.Helper()
	const name = "/usr/share/wordpress/wp-admin/includes/schema.php"
	text, err := os.ReadFile(name)
	if err != nil {
		if os.Getenv("PROOFCHECK_CI") == "1" {
			t.Fatalf("no WordPress here; .ci/run installs it: %v", err)
		}
		t.Skip("no WordPress here")
	}
	tables := regexp.MustCompile(`(?s)CREATE TABLE \$wpdb->\w+ \(.*?\) \$charset_collate;`).FindAllString(string(text), -1)
	made := map[string]bool{}
	for _, statement := range tables {
		if name := strings.Fields(statement)[2]; made[name] {
			continue // the tables of users have a form for many sites
		} else {
			made[name] = true
		}
		statement = strings.NewReplacer("$wpdb->", prefix, "$charset_collate", "DEFAULT CHARACTER SET utf8mb4", "$max_index_length", "191").Replace(statement)
		if _, err := db.Exec(statement); err != nil {
			t.Fatalf("%v\n%s", err, statement)
		}
	}
	if !made["$wpdb->posts"] || !made["$wpdb->users"] || !made["$wpdb->term_relationships"] {
		t.Fatalf("tables %v", made)
	}
}

func execute(t *testing.T, db *sql.DB, statements ...string) {
	t.Helper()
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%v\n%s", err, s)
		}
	}
}

func TestWordPressInMariaDB(t *testing.T) {
	t.Parallel()
	db, address := testserver.MariaDB(t)
	wordpressTables(t, db, "w1_")
	execute(t, db,
		"SET SESSION sql_mode = ''",
		"INSERT INTO w1_options (option_name, option_value) VALUES ('home', 'https://a.example')",
		"INSERT INTO w1_users (ID, user_login, display_name) VALUES (5, 'zs', '宣传科')",
		"INSERT INTO w1_terms (term_id, name, slug) VALUES (3, '通知公告', 'tz')",
		"INSERT INTO w1_term_taxonomy (term_taxonomy_id, term_id, taxonomy, description) VALUES (9, 3, 'category', '')")
	for i := 1; i <= 1203; i++ {
		text, status, kind := "<!-- wp:paragraph --><p>没有问题。</p>", "publish", "post"
		switch {
		case i%100 == 0:
			text = "<p>请<b>登</b>陆系统。😀</p>"
		case i%100 == 1:
			text, status = "<p>按步就班</p>", "draft"
		case i == 50:
			kind = "page"
		case i == 51:
			kind = "revision"
		}
		if _, err := db.Exec("INSERT INTO w1_posts (ID, post_author, post_date, post_title, post_content, post_status, post_type, post_excerpt, to_ping, pinged, post_content_filtered) VALUES (?, 5, ?, ?, ?, ?, ?, '', '', '', '')",
			i*3, fmt.Sprintf("20%02d-03-04 05:06:07", i%20), fmt.Sprintf("标题%d", i), text, status, kind); err != nil {
			t.Fatal(err)
		}
	}
	execute(t, db, "INSERT INTO w1_term_relationships (object_id, term_taxonomy_id) VALUES (300, 9)")
	s := openStore(t)
	src := open(t, "wordpress:"+address+"?prefix=w1_", SourceOptions{})
	out := scanAll(t, s, examiner(t), src)
	if out.Run.Documents != 1203-13-1 || out.Run.Errors != 12 {
		t.Errorf("counted %+v", out.Run.Counts)
	}
	known, err := s.Known(t.Context(), src.Name, []string{"300"})
	if err != nil {
		t.Fatal(err)
	}
	for r, err := range s.Findings(t.Context(), store.Filter{Documents: store.DocumentFilter{ID: known["300"].ID}}) {
		d := r.Document
		if err != nil || d.Key != "300" || d.URL != "https://a.example/?p=300" || d.Title != "标题100" || d.Column != "通知公告" || d.Unit != "宣传科" || d.Date != 20000304 || r.Finding.Text != "登陆系统" {
			t.Errorf("%+v, %v", r, err)
		}
	}
	// One is mended, one is deleted, the others stay.
	execute(t, db, "UPDATE w1_posts SET post_content = '<p>请登录系统。</p>' WHERE ID = 300", "DELETE FROM w1_posts WHERE ID = 600")
	again, err := (&Scan{Store: s, Sources: []*Source{src}, Examiner: examiner(t), Recheck: true}).Run(t.Context())
	if err != nil || again.Run.Documents != 12 || again.Run.Fixed != 2 || again.Run.Unchanged != 10 {
		t.Errorf("%+v, %v", again.Run.Counts, err)
	}
	for _, bad := range []string{"wordpress:" + address + "?prefix=w1_;drop", "wordpress:" + address + "?prefix=w-1", "mysql:" + address} {
		if src, err := Open(t.Context(), bad, SourceOptions{}); err == nil {
			src.Close()
			t.Errorf("%s: no error", bad)
		}
	}
}

func TestQueriesAreReadPageByPage(t *testing.T) {
	t.Parallel()
	mariaDB, mariaAddress := testserver.MariaDB(t)
	pgAddress := testserver.Postgres(t)
	pgDB, err := sql.Open("pgx", pgAddress)
	if err != nil {
		t.Fatal(err)
	}
	defer pgDB.Close()
	lite := filepath.Join(t.TempDir(), "a b.db")
	liteDB, err := sql.Open("sqlite", lite)
	if err != nil {
		t.Fatal(err)
	}
	defer liteDB.Close()
	for name, c := range map[string]struct {
		db      *sql.DB
		address string
	}{"mysql": {mariaDB, "mysql:" + mariaAddress}, "postgres": {pgDB, pgAddress}, "sqlite": {liteDB, "sqlite:" + lite}} {
		t.Run(name, func(t *testing.T) {
			execute(t, c.db, "CREATE TABLE art (aid INT PRIMARY KEY, code VARCHAR(20) NOT NULL, subject TEXT, body TEXT)")
			var rows []string
			for i := range 1234 {
				body := "没有问题。"
				if i%100 == 7 {
					body = "按步就班。"
				}
				rows = append(rows, fmt.Sprintf("(%d, 'c%05d', '标题', '%s')", i-600, i, body))
			}
			execute(t, c.db, "INSERT INTO art VALUES "+strings.Join(rows, ", "))
			execute(t, c.db, "UPDATE art SET body = '"+strings.Repeat("长", 5000)+"' WHERE aid = 3")
			for _, key := range []string{"id", "code"} {
				s := openStore(t)
				x := examiner(t)
				src := open(t, c.address, SourceOptions{Query: "SELECT aid AS id, code, subject AS title, body AS content FROM art WHERE aid <> 5;", Key: key, MaxSize: 10000})
				out := scanAll(t, s, x, src)
				if out.Run.Documents != 1233 || out.Run.Errors != 13 || out.Run.Failed != 1 {
					t.Errorf("by %s: counted %+v", key, out.Run.Counts)
				}
				if c := scanAll(t, s, x, src).Run.Counts; c.Unchanged != 1232 || c.Failed != 1 {
					t.Errorf("by %s: counted %+v", key, c)
				}
				// From the middle on.
				var all []*Record
				for r, err := range src.Records(t.Context(), "") {
					if err != nil {
						t.Fatal(err)
					}
					all = append(all, r)
				}
				n := 0
				for r, err := range src.Records(t.Context(), all[700].Cursor) {
					if err != nil || n == 0 && r.Key != all[701].Key {
						t.Fatal(r, err)
					}
					n++
				}
				if n != 1233-701 {
					t.Errorf("by %s: %d records after the 701st", key, n)
				}
			}
			for _, bad := range []SourceOptions{{Query: "SELECT nothing FROM art"}, {Query: "DELETE FROM art"}, {Query: "SELECT aid, body AS content FROM art"}, {Query: "SELECT aid AS id FROM art"}} {
				src := open(t, c.address, bad)
				_, err := (&Scan{Store: openStore(t), Sources: []*Source{src}, Examiner: examiner(t)}).Run(t.Context())
				var of *SourceError
				if !errors.As(err, &of) {
					t.Errorf("%s: %v", bad.Query, err)
				}
			}
			var left int
			if err := c.db.QueryRow("SELECT COUNT(*) FROM art").Scan(&left); err != nil || left != 1234 {
				t.Errorf("%d rows are left, %v", left, err)
			}
		})
	}
}

func TestDatabasesThatGoAwayAndComeBack(t *testing.T) {
	if testing.Short() {
		t.Skip("stops servers")
	}
	t.Parallel()
	keep, dsn := testserver.OwnPostgres(t)
	from, db, address := testserver.OwnMariaDB(t)
	execute(t, db, "CREATE TABLE art (id INT PRIMARY KEY, content TEXT)")
	var rows []string
	for i := range 3000 {
		body := fmt.Sprintf("第%d篇没有问题。", i)
		if i%10 == 0 {
			body += "按步就班。"
		}
		rows = append(rows, fmt.Sprintf("(%d, '%s')", i, body))
	}
	execute(t, db, "INSERT INTO art VALUES "+strings.Join(rows, ", "))
	opt := SourceOptions{Query: "SELECT id, content FROM art"}
	straight := openStore(t)
	whole := scanAll(t, straight, examiner(t), open(t, "mysql:"+address, opt))

	s, err := store.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	src := open(t, "mysql:"+address, opt)
	var once, twice sync.Once
	wrapped := *src
	wrapped.Records = func(ctx context.Context, cursor string) iter.Seq2[*Record, error] {
		return func(yield func(*Record, error) bool) {
			n := 0
			for r, err := range src.Records(ctx, cursor) {
				if n++; n == 700 {
					once.Do(keep.Stop)
				} else if n == 650 && cursor != "" || n == 1400 {
					twice.Do(from.Stop)
				}
				if !yield(r, err) {
					return
				}
			}
		}
	}
	waits := 0
	scan := Scan{Store: s, Sources: []*Source{&wrapped}, Examiner: examiner(t), Waiting: func(error, time.Duration) { waits++ }}
	var mu sync.Mutex
	var back []*testserver.Server
	scan.pause = func(context.Context, time.Duration) {
		// Both are started again while the run waits for one of them.
		mu.Lock()
		defer mu.Unlock()
		for _, server := range []*testserver.Server{keep, from} {
			if server.Stopped() {
				server.Start(t)
				back = append(back, server)
			}
		}
	}
	out, err := scan.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if waits == 0 || !slices.Contains(back, keep) || !slices.Contains(back, from) {
		t.Errorf("waited %d times, %d servers came back", waits, len(back))
	}
	if got, want := results(t, s), results(t, straight); got != want {
		t.Errorf("%d bytes of results differ from %d", len(got), len(want))
	}
	c, w := out.Run.Counts, whole.Run.Counts
	c.Weighted, w.Weighted = 0, 0
	if c != w {
		t.Errorf("counted %+v, want %+v", c, w)
	}
}
