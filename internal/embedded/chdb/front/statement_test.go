package front

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	type want struct {
		Verb, Format, Text, Rows       string
		HasRows, Several, Tagged, File bool
	}
	for text, w := range map[string]want{
		"SELECT 1": {Verb: "SELECT"},
		" /* a */ -- b\n select 1 format JSON ; ":       {Verb: "SELECT", Format: "JSON"},
		"SELECT 1 FORMAT CSV SETTINGS a = 1, b = 'x'":   {Verb: "SELECT", Format: "CSV"},
		"SELECT format FROM t":                          {Verb: "SELECT"},
		"SELECT format FROM t FORMAT TSV":               {Verb: "SELECT", Format: "TSV"},
		"SELECT t.format f, 1 AS format FROM t":         {Verb: "SELECT"},
		"SELECT ' FORMAT JSON'":                         {Verb: "SELECT"},
		"SELECT (SELECT 1 FORMAT Null)":                 {Verb: "SELECT"},
		"SELECT $x$ ; FORMAT a $x$":                     {Verb: "SELECT"},
		"SELECT 1; SELECT 2":                            {Verb: "SELECT", Several: true},
		"SELECT 1;; -- end":                             {Verb: "SELECT"},
		"SELECT 'a;b'":                                  {Verb: "SELECT"},
		"WITH x AS (SELECT 1) SELECT * FROM x":          {Verb: "SELECT"},
		"WITH 1 AS x INSERT INTO t SELECT x":            {Verb: "INSERT SELECT"},
		"(SELECT 1)":                                    {Verb: "SELECT"},
		"SELECT 1 SETTINGS Log_Comment='x'":             {Verb: "SELECT", Tagged: true},
		"SELECT 'log_comment=1'":                        {Verb: "SELECT"},
		"INSERT INTO t VALUES (1, ';')":                 {Verb: "INSERT", Format: "Values", Text: "INSERT INTO t ", Rows: " (1, ';')", HasRows: true},
		"insert into t (a, `values`) format CSV\n1,2\n": {Verb: "INSERT", Format: "CSV", Text: "insert into t (a, `values`) ", Rows: "1,2\n", HasRows: true},
		"INSERT INTO t FORMAT Native \t\r\n\x01;":       {Verb: "INSERT", Format: "Native", Text: "INSERT INTO t ", Rows: "\x01;", HasRows: true},
		"INSERT INTO t FORMAT CSV;\n1":                  {Verb: "INSERT", Format: "CSV", Text: "INSERT INTO t ", Rows: "1", HasRows: true},
		"INSERT INTO t FORMAT JSONEachRow {\"a\":1}":    {Verb: "INSERT", Format: "JSONEachRow", Text: "INSERT INTO t ", Rows: "{\"a\":1}", HasRows: true},
		"INSERT INTO values FORMAT CSV 1":               {Verb: "INSERT", Format: "CSV", Text: "INSERT INTO values ", Rows: "1", HasRows: true},
		"INSERT INTO db.format VALUES (1)":              {Verb: "INSERT", Format: "Values", Text: "INSERT INTO db.format ", Rows: " (1)", HasRows: true},
		"INSERT INTO t SETTINGS a=1 FORMAT TSV\n":       {Verb: "INSERT", Format: "TSV", Text: "INSERT INTO t SETTINGS a=1 ", HasRows: true},
		"INSERT INTO t SELECT * FROM u FORMAT JSON":     {Verb: "INSERT SELECT", Format: "JSON"},
		"INSERT INTO t FROM INFILE 'x' FORMAT CSV":      {Verb: "INSERT SELECT", Format: "CSV", File: true},
		"SELECT 1 into outfile 'x' FORMAT CSV":          {Verb: "SELECT", Format: "CSV", File: true},
		"INSERT INTO t":                                 {Verb: "INSERT"},
		"INSERT INTO t FORMAT":                          {Verb: "INSERT"},
		"SELECT 'open":                                  {Verb: "SELECT"},
		"/* open":                                       {},
		"":                                              {},
	} {
		if w.Text == "" {
			w.Text = text
		}
		st := parse(text)
		got := want{st.verb, st.format, st.text, text[st.rowsAt:], st.rows, st.several, st.tagged, st.file}
		if diff := cmp.Diff(w, got); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"INSERT INTO t (a) SETTINGS x='\\'' FORMAT Native\n\x01\x02", "SELECT `a``b`, $q$;$q$ FORMAT JSON SETTINGS a=1;", "/**/ WITH (1) AS x INSERT INTO t VALUES (1", "SELECT 1 -- x\n; #!y",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		st := parse(text)
		if st.rowsAt < 0 || st.rowsAt > len(text) || !strings.HasPrefix(text, st.text) {
			t.Fatalf("%+v", st)
		}
		if st.rows && (len(st.text) > st.rowsAt || st.format == "" || st.verb != "INSERT") {
			t.Fatalf("an INSERT of rows as %+v", st)
		}
		if !st.rows && st.text != text {
			t.Fatalf("a statement was changed to %q", st.text)
		}
		// Rows never change how their head is read.
		if st.rows {
			if more := parse(text + "; SELECT 1 FORMAT x"); more.text != st.text || more.format != st.format && st.rowsAt < len(text) {
				t.Fatalf("with more rows: %+v, without: %+v", more, st)
			}
		}
	})
}

func FuzzReadRequest(f *testing.F) {
	f.Add("query=SELECT+1&param_a=1&max_threads=2&client_protocol_version=54460&compress=1&log_comment=x", "db", "POST")
	f.Add("%zz=1;a&=&param_=x&default_format=Native&readonly=1", "", "GET")
	f.Fuzz(func(t *testing.T, raw, database, method string) {
		r := httptest.NewRequest("POST", "/", nil)
		r.Method, r.URL = method, &url.URL{Path: "/", RawQuery: raw}
		r.Header.Set("X-ClickHouse-Database", database)
		q, err := readRequest(r)
		if err != nil {
			if code, status, _ := explain(err); code != 36 || status != 400 {
				t.Fatalf("%v is reported as %d, %d", err, code, status)
			}
			return
		}
		if method != "POST" && !q.readOnly {
			t.Fatal("may write by ", method)
		}
		for name := range q.settings {
			if !settingName.MatchString(name) || name == "log_comment" || name == "readonly" || strings.HasPrefix(name, "param_") {
				t.Fatalf("%q becomes a setting", name)
			}
		}
		if q.database == "" {
			t.Fatal("no database")
		}
	})
}

func TestChooseEncoding(t *testing.T) {
	for accept, want := range map[string]string{
		"": "", "gzip": "gzip", "gzip, deflate, br, zstd": "zstd", "br;q=1, *;q=0": "br", "GZIP;q=0.5, lz4; q=0": "gzip", "snappy": "",
	} {
		if got := chooseEncoding(accept); got != want {
			t.Errorf("%q gives %q, want %q", accept, got, want)
		}
	}
}
