package columns

import (
	"bytes"
	"encoding/csv"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rollcall-dev/rollcall/schemas"
)

func TestTime(t *testing.T) {
	tests := []struct {
		in   string
		want string // RFC 3339, "" for none
	}{
		{"1082040961", "2004-04-15T14:56:01Z"},
		{"1289241911.72836", "2010-11-08T18:45:11.728Z"},
		{"0.5", "1970-01-01T00:00:00.5Z"},
		{"99999999999", "5138-11-16T09:46:39Z"},
		{"100000000000", "1973-03-03T09:46:40Z"},
		{"1289241911728", "2010-11-08T18:45:11.728Z"},
		{"19970101", "1997-01-01T00:00:00Z"},
		{"19970231", "1970-08-20T03:17:11Z"}, // no day, so seconds
		{"19691231", "1970-08-16T21:47:11Z"},
		{"1997-01-01", "1997-01-01T00:00:00Z"},
		{"2024-02-29 23:59", "2024-02-29T23:59:00Z"},
		{"2024-02-29 23:59:58", "2024-02-29T23:59:58Z"},
		{"2011-08-17T19:49:15.197", "2011-08-17T19:49:15.197Z"},
		{"2011-08-17T19:49:15.1979Z", "2011-08-17T19:49:15.197Z"},
		{"2011-08-17T19:49:15+08:00", "2011-08-17T11:49:15Z"},
		{"2011-08-17T19:49:15-00:30", "2011-08-17T20:19:15Z"},
		{"", ""}, {"-1", ""}, {"1.", ""}, {".5", ""}, {"1e9", ""}, {"+1", ""}, {" 1", ""}, {"99999999999999999999", ""},
		{"2023-02-29", ""}, {"2023-13-01", ""}, {"2023-1-1", ""}, {"2023-01-01T", ""}, {"2023-01-01T24:00:00", ""},
		{"2023-01-01 00:00:00.", ""}, {"2023-01-01 00:00:00 Z", ""}, {"2023-01-01T00:00:00+0800", ""},
		{"2023/01/01", ""}, {"yesterday", ""}, {"time", ""},
	}
	for _, tt := range tests {
		ms, ok := Time([]byte(tt.in))
		if tt.want == "" {
			if ok {
				t.Errorf("Time(%q) = %d, want none", tt.in, ms)
			}
			continue
		}
		want, err := time.Parse(time.RFC3339, tt.want)
		if err != nil {
			t.Fatal(err)
		}
		if !ok || ms != want.UnixMilli() {
			t.Errorf("Time(%q) = %s, %v, want %s", tt.in, time.UnixMilli(ms).UTC(), ok, tt.want)
		}
	}
}

// FuzzTime: what Go's own parser takes in the formats that are ours is read the same.
func FuzzTime(f *testing.F) {
	for _, s := range []string{"1082040961", "1289241911.72836", "19970101", "1997-01-01", "2011-08-17T19:49:15.197",
		"2026-01-31T12:00:00Z", "2026-01-31 12:00:00", "2026-01-31T12:00:00+08:00"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		ms, ok := Time(b)
		if bytes.ContainsRune(b, ',') {
			return // Go reads a comma as a point
		}
		for _, layout := range []string{time.RFC3339, "2006-01-02 15:04:05", "2006-01-02T15:04:05", time.DateOnly} {
			want, err := time.Parse(layout, string(b))
			if err != nil {
				continue
			}
			if layout != time.RFC3339 && len(b) > 10 && bytes.Count(b, []byte(":")) != 2 {
				continue
			}
			fraction := strings.Replace(layout, "05", "05.999999999", 1)
			if !ok && want.Format(layout) != string(b) && want.Format(fraction) != string(b) {
				return // Go reads more than it writes: an hour of one digit, or with a space before it
			}
			if !ok || ms != want.UnixMilli() {
				t.Fatalf("Time(%q) = %d, %v, Go says %d", b, ms, ok, want.UnixMilli())
			}
		}
	})
}

func TestSplit(t *testing.T) {
	tests := []struct {
		in   string
		want []string
		err  error
	}{
		{"a,b", []string{"a", "b"}, nil},
		{"", []string{""}, nil},
		{",", []string{"", ""}, nil},
		{`"a,b",c`, []string{"a,b", "c"}, nil},
		{`"say ""hi""",`, []string{`say "hi"`, ""}, nil},
		{`6" pipe,x`, []string{`6" pipe`, "x"}, nil},
		{"\"two\nlines\",x", []string{"two\nlines", "x"}, nil},
		{`"",""`, []string{"", ""}, nil},
		{`a,"open`, nil, ErrOpenQuote},
		{`"a"b,c`, nil, ErrQuote},
	}
	var s Splitter
	for _, tt := range tests {
		cols, err := s.Split([]byte(tt.in), ',')
		if !errors.Is(err, tt.err) {
			t.Errorf("Split(%q): %v, want %v", tt.in, err, tt.err)
		}
		if diff := cmp.Diff(tt.want, text(cols)); err == nil && diff != "" {
			t.Errorf("Split(%q) (-want +got):\n%s", tt.in, diff)
		}
	}
}

func TestOpen(t *testing.T) {
	for line, want := range map[string][2]bool{ // begun outside quotes, inside
		`a,b`: {false, true}, `a,"b`: {true, false}, `"a ""b`: {true, false}, `a,"""b"" c`: {true, false}, `b"`: {false, false},
		`b",c`: {false, false}, `b","c`: {true, true}, `b ""c""`: {false, true}, `6" x`: {false, false}, ``: {false, true},
	} {
		for i, inside := range []bool{false, true} {
			if got := Open([]byte(line), ',', inside); got != want[i] {
				t.Errorf("Open(%q, %v) = %v, want %v", line, inside, got, want[i])
			}
		}
	}
}

func text(cols [][]byte) []string {
	out := make([]string, len(cols))
	for i, c := range cols {
		out[i] = string(c)
	}
	return out
}

// FuzzSplit: a record that the standard library reads strictly is cut the same.
func FuzzSplit(f *testing.F) {
	f.Add([]byte("6,2,4,1289241911.72836"))
	f.Add([]byte(`1,"a ""b"", c",2`))
	f.Add([]byte("\"two\nlines\","))
	f.Fuzz(func(t *testing.T, b []byte) {
		var s Splitter
		cols, err := s.Split(b, ',')
		if !bytes.ContainsAny(b, "\n") && Open(b, ',', false) != (errors.Is(err, ErrOpenQuote)) {
			t.Fatalf("Open(%q) is not what Split says: %v", b, err)
		}
		if i := bytes.IndexByte(b, '\n'); i >= 0 && err == nil {
			if first := Open(b[:i], ',', false); first && Open(b[i:], ',', true) {
				t.Fatalf("%q is open at its end, but is cut", b)
			}
		}
		if bytes.ContainsAny(b, "\r") || len(b) == 0 || b[len(b)-1] == '\n' || b[0] == '\n' {
			return // cut into lines before
		}
		r := csv.NewReader(bytes.NewReader(b))
		want, errWant := r.Read()
		if r.InputOffset() != int64(len(b)) || errWant != nil {
			return
		}
		if err != nil {
			t.Fatalf("Split(%q): %v", b, err)
		}
		if diff := cmp.Diff(want, text(cols)); diff != "" {
			t.Errorf("Split(%q) (-want +got):\n%s", b, diff)
		}
	})
}

func FuzzFields(f *testing.F) {
	f.Add([]byte("1 2 1082040961"))
	f.Add([]byte(" 00004 0001 19970101  2   29.33\r"))
	f.Add([]byte("6,2,4,1289241911.72836"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var s Splitter
		want := strings.FieldsFunc(string(b), func(r rune) bool { return strings.ContainsRune(" \t\r,", r) })
		if diff := cmp.Diff(want, text(s.Fields(b))); diff != "" && len(want) > 0 {
			t.Errorf("Fields(%q) (-want +got):\n%s", b, diff)
		}
		var a schemas.Action
		SNAP(3, "message").Action(s.Fields(b), []byte("c"), nil, &a)
		SNAP(4, "vote").Action(s.Fields(b), []byte("c"), nil, &a)
	})
}

func header(s string) [][]byte { return bytes.Split([]byte(s), []byte(",")) }

func TestLayoutRefuses(t *testing.T) {
	tests := []struct {
		name   string
		header [][]byte
		names  map[string]string
		kind   string
		want   string
	}{
		{"no such column", header("user,when"), map[string]string{"member": "who", "time": "when"}, "post",
			`member: there is no column "who"; the columns are "user", "when"`},
		{"no such field", header("user,when"), map[string]string{"user": "user"}, "post", `"user" is no field of an action`},
		{"no such number", header("a,b"), map[string]string{"member": "3", "time": "1"}, "post", `there is no column 3`},
		{"zero", nil, map[string]string{"member": "0", "time": "1"}, "post", "columns count from 1"},
		{"no member", header("a,time"), nil, "post", `no column is the member: name it, as in member=COLUMN; the columns are "a", "time"`},
		{"no time", header("member"), nil, "post", "no column is the time"},
		{"no kind", header("member,time"), nil, "", "no column is the kind"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := New(tt.header, tt.names, tt.kind)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q in it", err, tt.want)
			}
		})
	}
}

func TestLayoutAction(t *testing.T) {
	names := "id,community,member,kind,time,target,object,channel,platform,campaign,value,properties"
	l, err := New(header(names), nil, "post")
	if err != nil {
		t.Fatal(err)
	}
	var a schemas.Action
	full := [][]byte{[]byte("i"), []byte("c2"), []byte("m"), []byte("dance"), []byte("2026-01-31"), []byte("t"), []byte("o"),
		[]byte("ch"), []byte("p"), []byte("ca"), []byte(" 1.5"), []byte(`{"a":1}`)}
	if r := l.Action(full, []byte("c"), []byte("s"), &a); r != nil {
		t.Fatal(r)
	}
	want := schemas.Action{Version: schemas.Version, ID: full[0], Community: full[1], Member: full[2],
		Kind: schemas.KindCustom, Name: full[3], Time: 1769817600000, Target: full[5], Object: full[6], Channel: full[7],
		Platform: full[8], Campaign: full[9], HasValue: true, Value: 1.5, Properties: full[11], Source: []byte("s")}
	if diff := cmp.Diff(want, a); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	full[1], full[3], full[10], full[11] = nil, nil, nil, nil
	if r := l.Action(full, []byte("c"), nil, &a); r != nil || a.Kind != schemas.KindPost || string(a.Community) != "c" || a.HasValue {
		t.Errorf("empty columns: %v, %+v", r, a)
	}

	for name, change := range map[string]func([][]byte) [][]byte{
		"missing_field: time":       func(c [][]byte) [][]byte { c[4] = nil; return c },
		"missing_field: time: expe": func(c [][]byte) [][]byte { return c[:3] },
		"invalid_field: time":       func(c [][]byte) [][]byte { c[4] = []byte("noon"); return c },
		"invalid_field: value":      func(c [][]byte) [][]byte { c[10] = []byte("much"); return c },
		"invalid_field: properties": func(c [][]byte) [][]byte { c[11] = []byte("[1]"); return c },
	} {
		cols := change(append([][]byte(nil), full...))
		if r := l.Action(cols, []byte("c"), nil, &a); r == nil || !strings.HasPrefix(r.Error(), name) {
			t.Errorf("got %v, want %s", r, name)
		}
	}
}

func BenchmarkSplit(b *testing.B) {
	var s Splitter
	l, err := New(nil, map[string]string{"member": "1", "target": "2", "value": "3", "time": "4"}, "vote")
	if err != nil {
		b.Fatal(err)
	}
	line, community := []byte("6,2,4,1289241911.72836"), []byte("c")
	var a schemas.Action
	b.SetBytes(int64(len(line)))
	b.ReportAllocs()
	for b.Loop() {
		cols, _ := s.Split(line, ',')
		if r := l.Action(cols, community, nil, &a); r != nil {
			b.Fatal(r)
		}
	}
}
