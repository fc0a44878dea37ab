package chdb

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestSelectFormats(t *testing.T) {
	s := start(t, Options{})
	const query = "SELECT number AS n, toString(number) AS s FROM numbers(150000)"
	res, want := post(t, s, strings.NewReader(query))
	if got := strings.Count(want, "\n"); got != 150_000 || res.Header.Get("X-ClickHouse-Format") != "TabSeparated" {
		t.Errorf("%d lines of %s", got, res.Header.Get("X-ClickHouse-Format"))
	}
	for format, check := range map[string]func(string) bool{
		"CSVWithNames":               func(b string) bool { return strings.Count(b, "\n") == 150_001 },
		"RowBinaryWithNamesAndTypes": func(b string) bool { return len(b) == 2_138_909 },
		"JSON":                       func(b string) bool { return strings.Contains(b, `"rows": 150000,`) },
		"JSONEachRow":                func(b string) bool { return strings.Count(b, "\n") == 150_000 },
		"Parquet":                    func(b string) bool { return strings.HasSuffix(b, "PAR1") },
		"Native":                     func(b string) bool { return strings.HasPrefix(b, "\x02") },
	} {
		for name, values := range map[string][]string{
			"in the text":    {query + " FORMAT " + format + " SETTINGS max_threads=2"},
			"by setting":     {query, "default_format", format},
			"by header":      {query, "H:X-ClickHouse-Format", format},
			"waits to end":   {query + " FORMAT " + format, "wait_end_of_query", "1"},
			"column format":  {"SELECT n, s FROM (" + query + " ) AS format", "default_format", format},
			"in the address": {"", "query", query + " FORMAT " + format + ";"},
		} {
			res, body := post(t, s, strings.NewReader(values[0]), values[1:]...)
			if got := res.Header.Get("X-ClickHouse-Format"); got != format || !check(body) {
				t.Errorf("%s %s: format %q, %d bytes %.100q", format, name, got, len(body), body)
			}
		}
	}
	res, body := send(t, http.MethodGet, s, nil, "query", "SELECT 1 AS x FORMAT JSONEachRow", "query_id", "mine")
	if res.Header.Get("X-ClickHouse-Query-Id") != "mine" || body != "{\"x\":1}\n" {
		t.Error(res.Header, body)
	}
	if _, body := post(t, s, strings.NewReader("SELECT 1"), "session_id", "x", "session_timeout", "60", "user", "u", "password", "p"); body != "1\n" {
		t.Error(body)
	}
	for _, path := range []string{"/ping", "/replicas_status", "/"} {
		res, err := plain.Get("http://" + s.Addr() + path)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if string(text) != "Ok.\n" || res.Header.Get("X-ClickHouse-Timezone") != "UTC" {
			t.Errorf("%s says %q", path, text)
		}
	}
}

func TestExceptionTail(t *testing.T) {
	s := start(t, Options{})
	res, body := post(t, s, strings.NewReader("SELECT throwIf(number=300000), number FROM numbers(400000) SETTINGS max_threads=1"))
	tag := res.Header.Get("X-ClickHouse-Exception-Tag")
	if res.StatusCode != http.StatusOK || len(tag) != 16 {
		t.Fatal(res.Status, res.Header)
	}
	_, tail, found := strings.Cut(body, "\r\n__exception__\r\n"+tag+"\r\n")
	if !found || !strings.HasPrefix(tail, "Code: 395. ") || !strings.Contains(tail, " "+tag+"\r\n__exception__\r\n") {
		t.Errorf("the tail is %.300q", tail)
	}
	if !strings.Contains(body, "<broken: ") {
		t.Error("the body ends as if it were whole")
	}
}

func TestRefused(t *testing.T) {
	s := start(t, Options{})
	for name, test := range map[string]struct {
		method string
		values []string
		status int
	}{
		"origin":           {http.MethodPost, []string{"H:Origin", "https://example.com"}, 403},
		"own origin":       {http.MethodPost, []string{"H:Origin", "http://" + s.Addr()}, 403},
		"null origin":      {http.MethodPost, []string{"H:Origin", "null"}, 403},
		"image tag":        {http.MethodGet, []string{"H:Sec-Fetch-Site", "cross-site"}, 403},
		"rebound name":     {http.MethodPost, []string{"H:Host", "evil.example:8123"}, 403},
		"loopback prefix":  {http.MethodPost, []string{"H:Host", "127.0.0.1.example"}, 403},
		"no loopback":      {http.MethodPost, []string{"H:Host", "10.0.0.1"}, 403},
		"localhost":        {http.MethodPost, []string{"H:Host", "LocalHost:1"}, 200},
		"IPv6":             {http.MethodPost, []string{"H:Host", "[::1]:9"}, 200},
		"get that changes": {http.MethodGet, []string{"query", "CREATE DATABASE x"}, 500},
		"get that inserts": {http.MethodGet, []string{"query", "INSERT INTO x VALUES (1)"}, 500},
		"writes a file":    {http.MethodPost, []string{"query", "SELECT 1 INTO OUTFILE '/nonexistent/x'"}, 400},
		"reads a file":     {http.MethodPost, []string{"query", "INSERT INTO t FROM INFILE '/nonexistent/x' FORMAT CSV"}, 400},
		"readonly":         {http.MethodPost, []string{"query", "CREATE DATABASE x", "readonly", "1"}, 500},
		"readonly select":  {http.MethodPost, []string{"readonly", "2"}, 200},
	} {
		t.Run(name, func(t *testing.T) {
			values := test.values
			if !strings.Contains(strings.Join(values, " "), "query ") {
				values = append(values, "query", "SELECT 1")
			}
			res, body := send(t, test.method, s, nil, values...)
			if res.StatusCode != test.status {
				t.Errorf("%s: %s", res.Status, body)
			}
			if test.status == 500 && res.Header.Get("X-ClickHouse-Exception-Code") != "164" {
				t.Error(body)
			}
		})
	}
	if _, err := Start(t.Context(), Options{Dir: t.TempDir(), Listen: "0.0.0.0:0"}); err == nil || !strings.Contains(err.Error(), "this machine only") {
		t.Error("listens everywhere:", err)
	}
}
