package files

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"

	"github.com/rollcall-dev/rollcall/ingest/files/lines"
)

func TestUsage(t *testing.T) {
	ok := put(t, "ok.ndjson", `{"member":"m","kind":"post","time":0}`)
	tests := []struct {
		name   string
		files  []string
		change func(*Options)
		want   string
	}{
		{"none", nil, nil, "no file to import"},
		{"missing", []string{ok, "/no/such.ndjson"}, nil, "no such file"},
		{"binary", []string{ok, put(t, "b.ndjson", "a\x00b")}, nil, "looks like a binary file"},
		{"unclear", []string{put(t, "a.log", "x")}, nil, "ndjson, csv, tsv, snap, stackexchange"},
		{"unclear standard input", []string{"-"}, func(o *Options) { o.Stdin = strings.NewReader("m,1\n{") }, "give --format, one of ndjson"},
		{"no such format", []string{ok}, func(o *Options) { o.Format = "xls" }, `"xls" is no format; the formats are`},
		{"unknown column", []string{put(t, "a.csv", "user,when\n")},
			func(o *Options) { o.Map, o.Kind = map[string]string{"member": "who", "time": "when"}, "post" },
			`there is no column "who"; the columns are "user", "when"`},
		{"unknown field", []string{put(t, "a.csv", "user,when\n")},
			func(o *Options) { o.Map, o.Kind = map[string]string{"user": "user"}, "post" },
			"the fields are id, community, member"},
		{"map of ndjson", []string{ok}, func(o *Options) { o.Map = map[string]string{"member": "1"} }, "--map is for csv"},
		{"an array", []string{put(t, "a.json", "[\n{}]")}, nil, "jq -c"},
		{"community", []string{ok}, func(o *Options) { o.Community = "a b" }, `"a b" is no name`},
		{"folder without a dump", []string{t.TempDir()}, nil, "no Posts.xml"},
		{"folder as csv", []string{t.TempDir()}, func(o *Options) { o.Format = "csv" }, "is a folder"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := options(tt.files...)
			o.Stdin = strings.NewReader("")
			if tt.change != nil {
				tt.change(&o)
			}
			r := &recorder{}
			_, err := Import(t.Context(), o, r)
			var usage *UsageError
			if !errors.As(err, &usage) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want a UsageError with %q", err, tt.want)
			}
			if len(r.batches) > 0 {
				t.Error("something was sent")
			}
			if tt.name == "missing" && !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%v does not wrap fs.ErrNotExist", err)
			}
		})
	}
}

func TestTruncatedGzip(t *testing.T) {
	var body bytes.Buffer
	z := gzip.NewWriter(&body)
	for i := range 30_000 {
		io.WriteString(z, strings.Repeat("1", 1+i%9)+" 2 1082040961\n")
	}
	z.Close()
	path := put(t, "a.txt.gz", string(body.Bytes()[:body.Len()/2]))
	r := &recorder{}
	s, err := Import(t.Context(), options(path, put(t, "b.txt", "7 8 9")), r)
	var damage *lines.Damage
	if !errors.As(err, &damage) || damage.At != int64(body.Len()/2) || !strings.Contains(err.Error(), "fetch the file again") {
		t.Fatalf("got %v", err)
	}
	if s.Actions < 100 || s.Sent != s.Actions || s.Rejected != 0 || !strings.HasPrefix(r.show(t), "1970-01-01T00:00:09 c 7 ") {
		t.Errorf("what is whole was not sent: %+v", s)
	}
}

func TestHugeLine(t *testing.T) {
	o := options("-")
	o.Format = "ndjson"
	o.Stdin = io.MultiReader(strings.NewReader(`{"x":"`), io.LimitReader(zeros{}, 16<<20),
		strings.NewReader("\n"+`{"member":"m","kind":"post","time":0}`))
	r, s := run(t, o)
	if s.Actions != 1 || len(r.rejected()) != 1 || r.rejected()[0] != "file:stdin:1 too_large " {
		t.Errorf("%+v, %v", s, r.rejected())
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '0'
	}
	return len(p), nil
}

// TestCancelWhileStdinHangs: nobody types, and Ctrl-C must end it all the same.
func TestCancelWhileStdinHangs(t *testing.T) {
	in, out := io.Pipe()
	defer out.Close()
	ctx, cancel := context.WithCancel(t.Context())
	o := options("-")
	o.Format, o.Stdin = "snap", in
	done := make(chan error)
	go func() {
		_, err := Import(ctx, o, &recorder{})
		done <- err
	}()
	out.Write([]byte("1 2 3\n")) // it is reading
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) { // and not damage to standard input
		t.Errorf("got %v", err)
	}
}

func TestTempDirMissing(t *testing.T) {
	o := options(put(t, "a.txt", strings.Repeat("1 2 3\n", 1000)))
	o.SortMemory, o.TempDir = 100, "/no/such/folder"
	if _, err := Import(t.Context(), o, &recorder{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}
