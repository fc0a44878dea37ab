package files

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

func TestFormats(t *testing.T) {
	tests := []struct {
		name, file, body string
		change           func(*Options)
		want             string
	}{
		{"ndjson", "a.ndjson", `{"member":"m","kind":"post","time":1000}` + "\n\n" + `{"member":"n","kind":"dance","time":"1970-01-01T00:00:00Z"}`, nil,
			"1970-01-01T00:00:00 c n custom=dance\n1970-01-01T00:00:01 c m post\n"},
		{"ndjson with a kind for all", "a.jsonl", `{"member":"m","time":1000}` + "\n" + `{"member":"n","kind":"post","time":0}`,
			func(o *Options) { o.Kind = "message" }, "1970-01-01T00:00:00 c n post\n1970-01-01T00:00:01 c m message\n"},
		{"snap", "a.txt", "# from to time\n1 2 1082040961\r\n6,2,-4,1289241911.72836\n", nil,
			"2004-04-15T14:56:01 c 1 message >2\n2010-11-08T18:45:11.728 c 6 message >2 -4\n"},
		{"snap with a map", "cdnow.txt", " 00001 19970101  1   11.77\r\n",
			func(o *Options) {
				o.Map, o.Kind = map[string]string{"member": "1", "time": "2", "value": "4"}, "purchase"
			},
			"1997-01-01T00:00:00 c 00001 purchase 11.77\n"},
		{"csv by header", "a.csv", "\xef\xbb\xbfwhat,Member,time,kind,target\n\"x\n,\",\"m\"\"1\",2026-01-31 12:00:00,share,n\n", nil,
			"2026-01-31T12:00:00 c m\"1 share >n\n"},
		{"csv by names", "a.csv", "user,when\nm,20260131\n",
			func(o *Options) { o.Map, o.Kind = map[string]string{"member": "user", "time": "when"}, "visit" },
			"2026-01-31T00:00:00 c m visit\n"},
		{"csv by numbers", "a.csv", "m,5\n",
			func(o *Options) { o.Map, o.Kind = map[string]string{"member": "1", "time": "2"}, "visit" },
			"1970-01-01T00:00:05 c m visit\n"},
		{"csv by numbers under what looks a header", "a.csv", "user,\"Sent Date\"\nm,5\n",
			func(o *Options) { o.Map, o.Kind = map[string]string{"member": "1", "time": "2"}, "visit" },
			"1970-01-01T00:00:05 c m visit\n"},
		{"snap by numbers under a header", "a.txt", " user  b\nm 5\n",
			func(o *Options) {
				o.Map, o.Kind, o.Header = map[string]string{"member": "1", "time": "2"}, "visit", true
			}, "1970-01-01T00:00:05 c m visit\n"},
		{"csv by numbers under a header", "a.csv", "a,b\nm,5\n",
			func(o *Options) {
				o.Map, o.Kind, o.Header = map[string]string{"member": "1", "time": "2"}, "visit", true
			}, "1970-01-01T00:00:05 c m visit\n"},
		{"tsv", "a.tsv", "member\ttime\tkind\nm,1\t5\tvisit\n", nil, "1970-01-01T00:00:05 c m,1 visit\n"},
		{"empty csv", "a.csv", "", nil, ""},
		{"format given", "a.log", "1 2 3", func(o *Options) { o.Format = "snap" }, "1970-01-01T00:00:03 c 1 message >2\n"},
		{"ndjson by its beginning", "a.log", "\ufeff\n " + `{"member":"m","kind":"post","time":1000}`, nil, "1970-01-01T00:00:01 c m post\n"},
		{"lines name their community", "a.ndjson", `{"community":"d","member":"m","kind":"post","time":1000}`,
			func(o *Options) { o.Community = "" }, "1970-01-01T00:00:01 d m post\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := options(put(t, tt.file, tt.body))
			if tt.change != nil {
				tt.change(&o)
			}
			r, s := run(t, o)
			if diff := cmp.Diff(tt.want, r.show(t)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if s.Rejected > 0 || s.Sent != s.Actions || s.Actions != int64(strings.Count(tt.want, "\n")) {
				t.Errorf("summary %+v, rejected %q", s, r.rejected())
			}
		})
	}
}

func TestStdinAndSeveralFiles(t *testing.T) {
	o := options("-", put(t, "b.txt", "3 4 1"))
	o.Format, o.Stdin = "snap", strings.NewReader("1 2 5\n1 2\n")
	o.Progress = func(p Progress) {
		if p.TotalBytes != 0 {
			t.Errorf("of standard input the total is %d", p.TotalBytes)
		}
	}
	r, s := run(t, o)
	if got, want := r.show(t), "1970-01-01T00:00:01 c 3 message >4\n1970-01-01T00:00:05 c 1 message >2\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if diff := cmp.Diff([]string{"file:stdin:2 missing_field time"}, r.rejected()); diff != "" {
		t.Errorf("rejected (-want +got):\n%s", diff)
	}
	if s.Files != 2 || s.Lines != 3 || s.From.Unix() != 1 || s.To.Unix() != 5 {
		t.Errorf("summary %+v", s)
	}
	if got := string(r.actions(t)[0].Source); got != "file:b.txt" {
		t.Errorf("source %q", got)
	}
}

// lines of a few values, so that there are equal ones and equal times.
func drawLines(r *rapid.T) []string {
	return rapid.SliceOfN(rapid.Custom(func(r *rapid.T) string {
		id := ""
		if rapid.IntRange(0, 3).Draw(r, "named") == 0 {
			id = fmt.Sprintf(`"id":"i%d",`, rapid.IntRange(0, 2).Draw(r, "id"))
		}
		return fmt.Sprintf(`{%s"member":"m%d","kind":"post","time":%d}`, id, rapid.IntRange(0, 2).Draw(r, "member"),
			rapid.IntRange(0, 3).Draw(r, "time"))
	}), 1, 40).Draw(r, "lines")
}

func TestOrderOfLinesMakesNoDifference(t *testing.T) {
	a, b := put(t, "same.ndjson", ""), put(t, "same.ndjson", "")
	rapid.Check(t, func(r *rapid.T) {
		all := drawLines(r)
		send := func(lines []string, cut int, memory int64) *recorder {
			os.WriteFile(a, []byte(strings.Join(lines[:cut], "\n")), 0o600)
			os.WriteFile(b, []byte(strings.Join(lines[cut:], "\n")), 0o600)
			o := options(a, b)
			o.SortMemory, o.BatchActions = memory, 7
			got, _ := run(t, o)
			return got
		}
		one := send(all, len(all), 1<<20)
		shuffled := rapid.Permutation(all).Draw(r, "shuffled")
		two := send(shuffled, rapid.IntRange(0, len(all)).Draw(r, "cut"), rapid.Int64Range(1, 2000).Draw(r, "memory"))
		if !slices.EqualFunc(one.batches, two.batches, func(x, y *actionpb.ImportBatch) bool { return proto.Equal(x, y) }) {
			r.Fatalf("batches differ:\n%v\n%v", one.batches, two.batches)
		}
		count, unnamed := map[string]int{}, 0
		for _, x := range one.actions(t) {
			count[string(x.ID)]++
			if len(x.ID) == 32 {
				unnamed++
			}
		}
		for id, n := range count {
			if len(id) == 32 && n > 1 {
				r.Fatalf("derived id %s is used %d times", id, n)
			}
		}
		if want := len(all) - strings.Count(strings.Join(all, ""), `"id"`); unnamed != want {
			r.Fatalf("%d derived ids, want %d", unnamed, want)
		}
	})
}

// TestDerivedIDs: these must never change, or a repeated import doubles what an older program imported.
func TestDerivedIDs(t *testing.T) {
	r, _ := run(t, options(put(t, "a.txt", "1 2 3\n1 2 3\n1 2 4\n")))
	var got []string
	for _, a := range r.actions(t) {
		got = append(got, string(a.ID))
	}
	want := []string{"9572eb29cdaa2134c00d43d0d509ce8e", "6e88a4f8095e6c5d417407bda823d0e6", "3c23d68b3b1a043ef6d0d66362fdd4e5"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestEveryReason(t *testing.T) {
	body := strings.Join([]string{
		`not json`,
		`{"member":"m","time":0}`,
		`{"member":7,"kind":"post","time":0}`,
		`{"community":"other","member":"m","kind":"post","time":0}`,
		`{"member":"m","kind":"post","time":0,"properties":{"x":"` + strings.Repeat("x", 40<<10) + `"}}`,
		`{"member":"m","kind":"post","time":4000000000000}`,
		`{"version":99,"member":"m","kind":"post","time":0}`,
		`{"member":"m","kind":"post","time":0}`,
		`{"x":"` + strings.Repeat("x", 100<<10) + `"}`,
	}, "\n")
	r, s := run(t, options(put(t, "a.ndjson", body)))
	want := []string{
		"file:a.ndjson:1 invalid_json ", "file:a.ndjson:2 missing_field kind", "file:a.ndjson:3 invalid_field member",
		"file:a.ndjson:4 unknown_community community", "file:a.ndjson:5 too_large ", "file:a.ndjson:6 time_in_future time",
		"file:a.ndjson:7 unsupported_version version", "file:a.ndjson:9 too_large ",
	}
	if diff := cmp.Diff(want, r.rejected()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if s.Actions != 1 || s.Rejected != 8 || s.RejectedBy[schemas.ReasonTooLarge] != 2 || len(s.RejectedBy) != len(schemas.Reasons()) {
		t.Errorf("summary %+v", s)
	}
	first, last := r.batches[0].Rejected[0], r.batches[0].Rejected[7]
	if string(first.Payload) != "not json" || first.Community != "c" || first.Detail == "" {
		t.Errorf("first %v", first)
	}
	if len(last.Payload) != maxPayload || !strings.Contains(last.Detail, "its beginning is kept") {
		t.Errorf("of the long line %d bytes are kept, %q", len(last.Payload), last.Detail)
	}
}

func TestBadLinesOfTables(t *testing.T) {
	o := options(put(t, "a.csv", "member,time,kind\n\"never closed,1,post\nm,2,post\n\"a\"b,1,post\nm,noon,post\n,3,post\nm\n\"x\ny\",4,post,,\n"))
	r, _ := run(t, o)
	want := []string{
		"file:a.csv:2 invalid_field ", "file:a.csv:4 invalid_field ", "file:a.csv:5 invalid_field time",
		"file:a.csv:6 missing_field member", "file:a.csv:7 missing_field time", "file:a.csv:8 invalid_field member",
	}
	if diff := cmp.Diff(want, r.rejected()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got, want := r.show(t), "1970-01-01T00:00:02 c m post\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := string(r.batches[0].Rejected[0].Payload); got != `"never closed,1,post` {
		t.Errorf("payload %q", got)
	}
}

func TestRejectedFillBatches(t *testing.T) {
	r, s := run(t, options(put(t, "a.ndjson", strings.Repeat("x\n", 2500)+`{"member":"m","kind":"post","time":0}`)))
	var sizes []int
	for _, b := range r.batches {
		sizes = append(sizes, len(b.Rejected))
	}
	if diff := cmp.Diff([]int{1000, 1000, 500}, sizes); diff != "" || s.Rejected != 2500 || len(r.batches[2].Actions) != 1 {
		t.Errorf("batches of %v", sizes)
	}
	r, _ = run(t, options(put(t, "a.ndjson", strings.Repeat(strings.Repeat("x", 60<<10)+"\n", 100))))
	for _, b := range r.batches {
		if n := proto.Size(b); n > maxBatch+maxPayload {
			t.Errorf("a batch of %d bytes", n)
		}
	}
}

func TestBatchesAreBounded(t *testing.T) {
	line := `{"member":"m","kind":"post","time":%d,"properties":{"x":"` + strings.Repeat("x", 30<<10) + `"}}` + "\n"
	var body bytes.Buffer
	for i := range 300 {
		fmt.Fprintf(&body, line, i)
	}
	r, _ := run(t, options(put(t, "a.ndjson", body.String())))
	if len(r.batches) < 3 {
		t.Errorf("%d batches", len(r.batches))
	}
	for _, b := range r.batches {
		if n := proto.Size(b); n > maxBatch {
			t.Errorf("a batch of %d bytes", n)
		}
	}
}

func TestSenderFails(t *testing.T) {
	o := options(put(t, "a.txt", strings.Repeat("1 2 3\n", 1000)))
	o.BatchActions, o.TempDir, o.SortMemory = 10, t.TempDir(), 1000
	why := errors.New("why")
	r := &recorder{fail: func(n int) error {
		if n == 3 {
			return why
		}
		return nil
	}}
	s, err := Import(t.Context(), o, r)
	if !errors.Is(err, why) || s.Sent != 30 || s.Actions != 1000 {
		t.Errorf("got %v, summary %+v", err, s)
	}
	if left, _ := os.ReadDir(o.TempDir); len(left) > 0 {
		t.Error("temporary files are left")
	}
}

func TestCancel(t *testing.T) {
	o := options(put(t, "a.txt", strings.Repeat("1 2 3\n", 5000)))
	o.BatchActions, o.TempDir, o.SortMemory = 10, t.TempDir(), 1000
	ctx, cancel := context.WithCancel(t.Context())
	r := &recorder{fail: func(n int) error {
		if n == 2 {
			cancel()
			return ctx.Err()
		}
		return nil
	}}
	if _, err := Import(ctx, o, r); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if left, _ := os.ReadDir(o.TempDir); len(left) > 0 {
		t.Error("temporary files are left")
	}
}

func TestProgressEndsComplete(t *testing.T) {
	path := put(t, "a.txt", strings.Repeat("1 2 3\n", 1000))
	var last Progress
	o := options(path)
	o.Progress = func(p Progress) { last = p }
	run(t, o)
	if last.Bytes != 6000 || last.TotalBytes != 6000 || last.Lines != 1000 || last.Sent != 1000 || !last.Sending {
		t.Errorf("last progress %+v", last)
	}
}
