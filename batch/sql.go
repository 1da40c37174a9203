package batch

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/go-sql-driver/mysql"

	"proofcheck/formats"
)

// OpenSQL opens the result of a query as a source: postgres://, mysql:// (MariaDB too), sqlite:PATH, or
// wordpress://, which is MySQL with a query for the tables of WordPress; the parameter prefix names
// that of its tables. The columns of the query are taken as those of a table (see Fields), and
// the column SourceOptions.Key orders it: its values are unique and not null. Pages of the result are
// asked for one by one, each after the last key, in transactions that can only read.
func OpenSQL(ctx context.Context, address string, opt SourceOptions) (*Source, error) {
	q := &sqlSource{opt: opt, key: opt.Key, query: strings.TrimRight(strings.TrimSpace(opt.Query), ";")}
	if q.key == "" {
		q.key = "id"
	}
	name, err := q.connect(address)
	if err != nil {
		return nil, err
	}
	if q.query == "" {
		q.db.Close()
		return nil, fmt.Errorf("%s: a query says what to read: --query \"SELECT id, title, content FROM …\"", shownAddress(address))
	}
	if !isIdentifier(q.key) {
		q.db.Close()
		return nil, fmt.Errorf("%q: no name of a column", q.key)
	}
	return &Source{Name: name, Records: q.records, Fetch: q.fetch, Close: q.db.Close}, nil
}

// isIdentifier reports whether a text is a name of a column or a prefix of tables: letters, digits and
// underscores.
func isIdentifier(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// sqlSource is a query in a database.
type sqlSource struct {
	opt   SourceOptions
	db    *sql.DB
	kind  string // postgres, mysql, sqlite
	query string
	key   string
	site  string // of WordPress: the prefix of its tables; "" is no WordPress
	base  string // of WordPress: the address of the site, once it is known

	columns []string // once they are known
	bound   binding
}

// connect opens the database; nothing is asked yet.
func (q *sqlSource) connect(address string) (name string, err error) {
	if path, ok := strings.CutPrefix(address, "sqlite:"); ok {
		q.kind = "sqlite"
		u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: "mode=ro&_pragma=busy_timeout(20000)"}
		q.db, err = sql.Open("sqlite", u.String())
		return sourceName("sqlite:"+path, q.query), err
	}
	u, err := url.Parse(address)
	if err != nil {
		return "", fmt.Errorf("%s: no address of a database", shownAddress(address))
	}
	switch u.Scheme {
	case "postgres", "postgresql":
		q.kind = "postgres"
		q.db, err = sql.Open("pgx", address)
	default:
		q.kind = "mysql"
		if u.Scheme == "wordpress" {
			if err := q.wordpress(u); err != nil {
				return "", err
			}
		}
		q.db, err = openMySQL(u)
	}
	if err != nil {
		return "", err
	}
	q.db.SetMaxOpenConns(4)
	q.db.SetConnMaxIdleTime(time.Minute)
	if q.site != "" {
		return shownAddress(address), nil
	}
	return sourceName(shownAddress(address), q.query), nil
}

// sourceName identifies a query of a database.
func sourceName(address, query string) string {
	return address + " " + strings.Join(strings.Fields(query), " ")
}

// openMySQL opens mysql://user:password@host:port/database?parameters. The parameter socket names a
// socket; the others are those of the driver.
func openMySQL(u *url.URL) (*sql.DB, error) {
	params, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", u.Redacted(), err)
	}
	to := u.Host
	if u.Port() == "" {
		to = net.JoinHostPort(u.Hostname(), "3306")
	}
	network := "tcp"
	if s := params.Get("socket"); s != "" {
		network, to = "unix", s
	}
	params.Del("socket")
	params.Del("prefix")
	password, _ := u.User.Password()
	// The user name and the password may have any character, so the DSN is not written by hand.
	cfg, err := mysql.ParseDSN("tcp(" + to + ")/?" + params.Encode())
	if network == "unix" {
		cfg, err = mysql.ParseDSN("/?" + params.Encode())
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", u.Redacted(), err)
	}
	cfg.User, cfg.Passwd, cfg.Net, cfg.Addr, cfg.DBName = u.User.Username(), password, network, to, strings.Trim(u.Path, "/")
	if cfg.Params == nil {
		cfg.Params = map[string]string{}
	}
	if err := cfg.Apply(mysql.Charset("utf8mb4", "")); err != nil {
		return nil, err
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = 10 * time.Second
	}
	c, err := mysql.NewConnector(cfg)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(c), nil
}

// wordpress makes the query for published posts and pages.
func (q *sqlSource) wordpress(u *url.URL) error {
	q.site = u.Query().Get("prefix")
	if q.site == "" {
		q.site = "wp_"
	}
	if !isIdentifier(q.site) {
		return fmt.Errorf("%q: no prefix of tables", q.site)
	}
	q.key = "id"
	q.opt.Format = formats.HTML
	q.query = strings.NewReplacer("wp_", q.site).Replace(`SELECT p.ID AS id, p.post_title AS title, p.post_content AS content, p.post_date AS date, p.post_type AS type,
(SELECT MIN(t.name) FROM wp_term_relationships r JOIN wp_term_taxonomy x ON x.term_taxonomy_id = r.term_taxonomy_id AND x.taxonomy = 'category'
JOIN wp_terms t ON t.term_id = x.term_id WHERE r.object_id = p.ID) AS ` + "`column`" + `, w.display_name AS unit
FROM wp_posts p LEFT JOIN wp_users w ON w.ID = p.post_author WHERE p.post_status = 'publish' AND p.post_type IN ('post', 'page') AND {condition}`)
	return nil
}

// pageRows is how many rows are asked for at once.
const pageRows = 500

// statement returns the query for rows under a condition on the key: > or =.
func (q *sqlSource) statement(comparison string) string {
	quoted := q.quote(q.key)
	inner := "SELECT * FROM (" + q.query + ") AS asked"
	column := "asked." + quoted
	if q.site != "" {
		inner, column = q.query, "p.ID"
	}
	condition := "1 = 1"
	if comparison != "" {
		condition = column + " " + comparison + " " + q.mark(1)
	}
	if strings.Contains(inner, "{condition}") {
		inner = strings.Replace(inner, "{condition}", condition, 1)
	} else {
		inner += " WHERE " + condition
	}
	inner += " ORDER BY " + column + " LIMIT " + strconv.Itoa(pageRows)
	if q.columns == nil {
		return strings.Replace(inner, "LIMIT "+strconv.Itoa(pageRows), "LIMIT 0", 1)
	}
	// What is too long is not even sent.
	var list, sizes []string
	for i, c := range q.columns {
		c = "page." + q.quote(c)
		if slices.Contains(q.bound["content"], i) {
			list = append(list, fmt.Sprintf("CASE WHEN %s > %d THEN NULL ELSE %s END", q.length(c), q.opt.maxSize(), c))
			sizes = append(sizes, "COALESCE("+q.length(c)+", 0)")
		} else {
			list = append(list, c)
		}
	}
	if len(sizes) == 0 {
		sizes = []string{"0"}
	}
	return "SELECT " + strings.Join(list, ", ") + ", " + strings.Join(sizes, " + ") + " FROM (" + inner + ") AS page ORDER BY page." + quoted
}

func (q *sqlSource) quote(name string) string {
	if q.kind == "mysql" {
		return "`" + strings.ReplaceAll(name, "`", "``") + "`"
	}
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}

func (q *sqlSource) mark(n int) string {
	if q.kind == "postgres" {
		return "$" + strconv.Itoa(n)
	}
	return "?"
}

func (q *sqlSource) length(expr string) string {
	switch q.kind {
	case "sqlite":
		return "LENGTH(CAST(" + expr + " AS BLOB))"
	case "postgres":
		return "OCTET_LENGTH(CAST(" + expr + " AS text))"
	}
	return "OCTET_LENGTH(" + expr + ")"
}

// A cursor is the last key with its type: i for whole numbers, s for texts.
func keyOf(cursor string) any {
	if text, ok := strings.CutPrefix(cursor, "i"); ok {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return n
		}
	}
	return strings.TrimPrefix(cursor, "s")
}

func (q *sqlSource) records(ctx context.Context, cursor string) iter.Seq2[*Record, error] {
	return func(yield func(*Record, error) bool) {
		for {
			n, err := q.page(ctx, cursor, func(r *Record) bool {
				cursor = r.Cursor
				return yield(r, nil)
			})
			switch {
			case errors.Is(err, errStop):
				return
			case err != nil:
				yield(nil, retryable(err))
				return
			case n == 0:
				return
			}
		}
	}
}

// errStop says that no more records are wanted.
var errStop = errors.New("stop")
