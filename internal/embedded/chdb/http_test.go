package chdb

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/ClickHouse/ch-go/compress"
	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

const smallTable = "CREATE TABLE small (a UInt64, b String) ENGINE=MergeTree ORDER BY a"

func TestInsertFormats(t *testing.T) {
	s := start(t, Options{})
	c := dial(t, s, clickhouse.CompressionNone)
	mustExec(t, c, smallTable, "CREATE TABLE source (a UInt64, b String) ENGINE=MergeTree ORDER BY a",
		"INSERT INTO source VALUES (1,'x'), (2,'y;\n--')")
	bodies := map[string]string{
		"CSV":          "1,x\n2,\"y;\n--\"\n",
		"TabSeparated": "1\tx\n2\ty;\\n--\n",
		"JSONEachRow":  `{"a":1,"b":"x"}` + "\n" + `{"a":2,"b":"y;\n--"}` + "\n",
		"Values":       `(1,'x'), (2,'y;\n--')`,
	}
	for _, format := range []string{"Native", "RowBinary", "Parquet"} {
		_, bodies[format] = post(t, s, strings.NewReader("SELECT * FROM source ORDER BY a FORMAT "+format))
	}
	for format, body := range bodies {
		clause := "FORMAT " + format
		if format == "Values" {
			clause = "VALUES"
		}
		requests := map[string][]string{
			"query in the address":   {body, "query", "INSERT INTO small (a, b) " + clause},
			"lower case":             {body, "query", "insert into small(a,b) settings max_threads=1 " + strings.ToLower(clause[:3]) + clause[3:]},
			"query heads the body":   {"INSERT INTO small " + clause + "\n" + body},
			"format in the settings": {body, "query", "INSERT INTO small", "default_format", format},
			"query, then its clause": {body, "query", "/* FORMAT Null */ INSERT INTO small -- VALUES\n " + clause + "\n"},
			"table by parameter":     {body, "query", "INSERT INTO {t:Identifier} " + clause, "param_t", "small"},
		}
		for name, request := range requests {
			t.Run(format+" "+name, func(t *testing.T) {
				mustExec(t, c, "TRUNCATE TABLE small")
				res, text := post(t, s, strings.NewReader(request[0]), request[1:]...)
				if res.StatusCode != http.StatusOK || text != "" {
					t.Fatalf("%s: %s", res.Status, text)
				}
				if got := res.Header.Get("X-ClickHouse-Summary"); !strings.Contains(got, `"written_rows":"2"`) {
					t.Error("summary is", got)
				}
				if _, got := post(t, s, strings.NewReader("SELECT * FROM small ORDER BY a FORMAT CSV")); got != "1,\"x\"\n2,\"y;\n--\"\n" {
					t.Errorf("the table holds %q", got)
				}
			})
		}
	}
}

func TestInsertMisc(t *testing.T) {
	s := start(t, Options{})
	c := dial(t, s, clickhouse.CompressionNone)
	mustExec(t, c, smallTable)
	for name, test := range map[string]struct {
		body   string
		values []string
		rows   uint64
		code   string
	}{
		"rows in the text and the body": {"3,c\n", []string{"query", "INSERT INTO small FORMAT CSV\n1,a\n2,b"}, 3, ""},
		"no rows":                       {"", []string{"query", "INSERT INTO small FORMAT CSV"}, 0, ""},
		"values with expressions":       {"INSERT INTO small VALUES (1 + 1, concat('a', 'b')), (3, 'c')", nil, 2, ""},
		"values with parameters":        {"INSERT INTO small VALUES ({n:UInt64}, {s:String})", []string{"param_n", "5", "param_s", "x"}, 1, ""},
		"a long list in a long text":    {"INSERT INTO small SELECT 1, '' WHERE 7 IN (" + strings.Repeat("7, ", 150_000) + "7)", []string{"max_query_size", "1000000"}, 1, ""},
		"longer than max_query_size":    {"INSERT INTO small SELECT 1, '' WHERE 7 IN (" + strings.Repeat("7, ", 150_000) + "7)", nil, 0, "62"},
		"insert select":                 {"INSERT INTO small SELECT number, '' FROM numbers(4)", nil, 4, ""},
		"insert select by parameter":    {"", []string{"query", "INSERT INTO small SELECT number, '' FROM numbers({n:UInt8})", "param_n", "6"}, 6, ""},
		"a row that does not parse":     {"1,a\nx,b\n", []string{"query", "INSERT INTO small FORMAT CSV"}, 0, "27"},
		"no such table":                 {"1,a\n", []string{"query", "INSERT INTO nosuch FORMAT CSV"}, 0, "60"},
		"no such format":                {"1,a\n", []string{"query", "INSERT INTO small FORMAT Nosuch"}, 0, "73"},
		"native cut short":              {"\x02\x05\x01a\x06UInt64\x01", []string{"query", "INSERT INTO small FORMAT Native"}, 0, "33"},
		"two statements":                {"SELECT 1; SELECT 2", nil, 0, "62"},
		"two that change something":     {"INSERT INTO small SELECT 1, ''; INSERT INTO small SELECT 2, ''", nil, 0, "62"},
		"nothing":                       {" -- only this\n", nil, 0, "62"},
		"its own log_comment":           {"SELECT 1 SETTINGS log_comment = 'x'", nil, 0, "36"},
		"not a setting's name":          {"SELECT 1", []string{"a b", "1"}, 0, "36"},
		"too long":                      {"SELECT '" + strings.Repeat("x", 17<<20) + "'", nil, 0, "229"},
	} {
		t.Run(name, func(t *testing.T) {
			mustExec(t, c, "TRUNCATE TABLE small")
			res, text := post(t, s, strings.NewReader(test.body), test.values...)
			if got := res.Header.Get("X-ClickHouse-Exception-Code"); got != test.code {
				t.Errorf("code %q, want %q: %s", got, test.code, text)
			}
			if test.code != "" && (res.StatusCode == http.StatusOK || !strings.HasPrefix(text, "Code: "+test.code+". ")) {
				t.Errorf("%s: %s", res.Status, text)
			}
			if got := count(t, c, "SELECT count() FROM small"); got != test.rows {
				t.Errorf("%d rows, want %d: %s", got, test.rows, text)
			}
		})
	}
}

// encoders compress as clients do; "frames" are ClickHouse's own.
var encoders = map[string]func(io.Writer) io.WriteCloser{
	"gzip":    func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) },
	"deflate": func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) },
	"br":      func(w io.Writer) io.WriteCloser { return brotli.NewWriterLevel(w, 1) },
	"lz4":     func(w io.Writer) io.WriteCloser { return lz4.NewWriter(w) },
	"zstd": func(w io.Writer) io.WriteCloser {
		z, _ := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1))
		return z
	},
}

func decode(t *testing.T, encoding, text string) string {
	t.Helper()
	var r io.Reader = strings.NewReader(text)
	var err error
	switch encoding {
	case "gzip":
		r, err = gzip.NewReader(r)
	case "deflate":
		r, err = zlib.NewReader(r)
	case "br":
		r = brotli.NewReader(r)
	case "lz4":
		r = lz4.NewReader(r)
	case "zstd":
		r, err = zstd.NewReader(r, zstd.WithDecoderConcurrency(1))
	}
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func csv(rows int) string {
	var b strings.Builder
	for i := range rows {
		fmt.Fprintf(&b, "%d,\"text %d\"\n", i, i*i)
	}
	return b.String()
}

func TestHTTPCompression(t *testing.T) {
	s := start(t, Options{})
	c := dial(t, s, clickhouse.CompressionNone)
	mustExec(t, c, smallTable)
	want := csv(10_000)
	for encoding, writer := range encoders {
		t.Run(encoding, func(t *testing.T) {
			mustExec(t, c, "TRUNCATE TABLE small")
			var packed bytes.Buffer
			w := writer(&packed)
			_, _ = io.WriteString(w, want)
			_ = w.Close()
			torn := packed.Bytes()[:packed.Len()/2]
			res, text := post(t, s, bytes.NewReader(torn), "query", "INSERT INTO small FORMAT CSV", "H:Content-Encoding", encoding)
			if res.StatusCode == http.StatusOK {
				t.Error("half of a compressed body is accepted")
			}
			if n := count(t, c, "SELECT count() FROM small"); n != 0 {
				t.Errorf("half of a body left %d rows: %s", n, text)
			}
			if res, text := post(t, s, &packed, "query", "INSERT INTO small FORMAT CSV", "H:Content-Encoding", encoding); res.StatusCode != http.StatusOK {
				t.Fatal(text)
			}
			res, text = post(t, s, strings.NewReader("SELECT * FROM small ORDER BY a FORMAT CSV"), "H:Accept-Encoding", encoding+", x;q=0")
			if got := res.Header.Get("Content-Encoding"); got != encoding {
				t.Fatalf("answered in %q", got)
			}
			if decode(t, encoding, text) != want {
				t.Error("read back something else")
			}
		})
	}
	for name, method := range map[string]compress.Method{"LZ4": compress.LZ4, "ZSTD": compress.ZSTD} {
		t.Run("frames "+name, func(t *testing.T) {
			mustExec(t, c, "TRUNCATE TABLE small")
			z := compress.NewWriter(compress.LevelZero, method)
			var packed []byte
			last := 0 // where the last frame begins
			for from := 0; from < len(want); from += 300_000 {
				if err := z.Compress([]byte(want[from:min(len(want), from+300_000)])); err != nil {
					t.Fatal(err)
				}
				last, packed = len(packed), append(packed, z.Data...)
			}
			insert := []string{"query", "INSERT INTO small FORMAT CSV", "decompress", "1"}
			for _, end := range []int{len(packed) - 10, last + 25, last + 10} { // in its data, behind and in its header
				if res, _ := post(t, s, bytes.NewReader(packed[:end]), insert...); res.StatusCode == http.StatusOK {
					t.Errorf("a frame cut at %d of %d bytes is accepted", end-last, len(packed)-last)
				}
			}
			damaged := bytes.Clone(packed)
			damaged[len(damaged)/2] ^= 1
			if res, _ := post(t, s, bytes.NewReader(damaged), insert...); res.StatusCode == http.StatusOK {
				t.Error("a damaged frame is accepted")
			}
			if n := count(t, c, "SELECT count() FROM small"); n != 0 {
				t.Errorf("cut and damaged frames left %d rows", n)
			}
			if res, text := post(t, s, bytes.NewReader(packed), insert...); res.StatusCode != http.StatusOK {
				t.Fatal(text)
			}
			_, text := post(t, s, strings.NewReader("SELECT * FROM small ORDER BY a FORMAT CSV"), "compress", "1", "network_compression_method", name)
			r := compress.NewReader(strings.NewReader(text))
			got := make([]byte, len(want))
			if _, err := io.ReadFull(r, got); err != nil || string(got) != want {
				t.Error("read back something else", err)
			}
		})
	}
}

// TestTornBody sends an INSERT whose connection breaks in the middle.
func TestTornBody(t *testing.T) {
	s := start(t, Options{Connections: 1})
	c := dial(t, s, clickhouse.CompressionNone)
	mustExec(t, c, smallTable)
	half := csv(200_000) // several appends, and it ends at a row's end
	heads := map[string]string{
		"by length": fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(half)+1000, half),
		"in chunks": fmt.Sprintf("Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n", len(half), half),
	}
	for name, rest := range heads {
		t.Run(name, func(t *testing.T) {
			conn, err := net.Dial("tcp", s.Addr())
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.WriteString(conn, "POST /?query=INSERT+INTO+small+FORMAT+CSV HTTP/1.1\r\nHost: localhost\r\n"+rest); err != nil {
				t.Fatal(err)
			}
			_ = conn.(*net.TCPConn).CloseWrite()
			_, _ = io.Copy(io.Discard, conn)
			_ = conn.Close()
			if n := count(t, c, "SELECT count() FROM small"); n != 0 { // waits for the one connection
				t.Errorf("a torn body left %d rows", n)
			}
		})
	}
}
