package lines

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestInterruptible(t *testing.T) {
	r, stop := Interruptible(t.Context(), iotest.OneByteReader(strings.NewReader("abc")))
	if b, err := io.ReadAll(r); err != nil || string(b) != "abc" {
		t.Errorf("read %q, %v", b, err)
	}
	stop()
	in, out := io.Pipe()
	defer out.Close()
	ctx, cancel := context.WithCancelCause(t.Context())
	r, stop = Interruptible(ctx, in)
	defer stop()
	why := errors.New("why")
	go cancel(why)
	if _, err := r.Read(make([]byte, 1)); !errors.Is(err, why) {
		t.Errorf("got %v, want the context's cause", err)
	}
	if r, stop := Interruptible(ctx, nil); r != nil {
		t.Error("nothing became a reader")
	} else {
		stop()
	}
}

func all(t testing.TB, r *Reader) (got []string, numbers []int64, err error) {
	t.Helper()
	for {
		b, err := r.Next()
		if errors.Is(err, io.EOF) {
			return got, numbers, nil
		}
		if errors.Is(err, ErrTooLong) {
			b = append([]byte("LONG:"), b...)
		} else if err != nil {
			return got, numbers, err
		}
		got, numbers = append(got, string(b)), append(numbers, r.Line())
	}
}

func TestNext(t *testing.T) {
	tests := []struct {
		name, in string
		want     []string
	}{
		{"empty", "", nil},
		{"one without end", "a", []string{"a"}},
		{"both ends", "a\r\nb\nc", []string{"a", "b", "c"}},
		{"blank", "\n\r\n\nx\n", []string{"", "", "", "x"}},
		{"mark at the start only", "\xef\xbb\xbfa\n\xef\xbb\xbfb\n", []string{"a", "\xef\xbb\xbfb"}},
		{"return inside", "a\rb\n", []string{"a\rb"}},
		{"long", "aa\n" + strings.Repeat("x", 30) + "\nb\n", []string{"aa", "LONG:" + strings.Repeat("x", 10), "b"}},
		{"long last", strings.Repeat("x", 11), []string{"LONG:" + strings.Repeat("x", 10)}},
		{"just fits", strings.Repeat("x", 10) + "\ny", []string{strings.Repeat("x", 10), "y"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, src := range []io.Reader{strings.NewReader(tt.in), iotest.OneByteReader(strings.NewReader(tt.in))} {
				got, numbers, err := all(t, NewReader(src, 10))
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("lines (-want +got):\n%s", diff)
				}
				for i, n := range numbers {
					if n != int64(i+1) {
						t.Errorf("line %d has number %d", i+1, n)
					}
				}
			}
		})
	}
}

func TestMoreAndRewind(t *testing.T) {
	r := NewReader(strings.NewReader("a\nbb\nccccccccccc\nd\n"), 10)
	r.Next()
	if b, err := r.More(); err != nil || string(b) != "a\nbb" {
		t.Fatalf("More = %q, %v", b, err)
	}
	if _, err := r.More(); !errors.Is(err, ErrTooLong) {
		t.Fatalf("More beyond the limit: %v, want ErrTooLong", err)
	}
	if b := r.Rewind(); string(b) != "a" || string(r.Record()) != "a" {
		t.Fatalf("Rewind = %q", b)
	}
	b, err := r.Next()
	if err != nil || string(b) != "bb" || r.Line() != 2 {
		t.Fatalf("after Rewind: %q at line %d, %v", b, r.Line(), err)
	}
	r.Next()
	if b, err := r.Next(); err != nil || string(b) != "d" || r.Line() != 4 {
		t.Fatalf("after a long line: %q at line %d, %v", b, r.Line(), err)
	}
	if _, err := r.More(); !errors.Is(err, io.EOF) {
		t.Fatalf("More at the end: %v, want EOF", err)
	}
}

// xs is n bytes of x.
type xs struct{ n int64 }

func (x *xs) Read(p []byte) (int, error) {
	if x.n == 0 {
		return 0, io.EOF
	}
	n := int(min(x.n, int64(len(p))))
	for i := range p[:n] {
		p[i] = 'x'
	}
	x.n -= int64(n)
	return n, nil
}

func TestHugeLineIsBounded(t *testing.T) {
	r := NewReader(io.MultiReader(&xs{64 << 20}, strings.NewReader("\nnext\n")), 64<<10)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	b, err := r.Next()
	runtime.ReadMemStats(&after)
	if !errors.Is(err, ErrTooLong) || len(b) != 64<<10 {
		t.Fatalf("got %d bytes, %v", len(b), err)
	}
	if took := after.TotalAlloc - before.TotalAlloc; took > 4<<20 {
		t.Errorf("took %d bytes of memory", took)
	}
	if b, err := r.Next(); err != nil || string(b) != "next" {
		t.Errorf("after it: %q, %v", b, err)
	}
}

func compressed(t *testing.T, kind, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	var w io.WriteCloser
	switch kind {
	case "gzip":
		w = gzip.NewWriter(&b)
	case "zstd":
		w, _ = zstd.NewWriter(&b)
	default:
		return []byte(text)
	}
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestOpenDecompresses(t *testing.T) {
	for _, kind := range []string{"plain", "gzip", "zstd"} {
		path := filepath.Join(t.TempDir(), "f") // told by its bytes
		body := compressed(t, kind, "a\nb\n")
		if err := os.WriteFile(path, body, 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := Open(path)
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		got, _, err := all(t, NewReader(f, 10))
		if diff := cmp.Diff([]string{"a", "b"}, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", kind, err, diff)
		}
		if f.Size != int64(len(body)) || f.Position() != f.Size {
			t.Errorf("%s: at %d of %d, want %d", kind, f.Position(), f.Size, len(body))
		}
		f.Close()
		f.Close()
	}
}

func TestTruncatedGivesWholeLinesThenDamage(t *testing.T) {
	var text strings.Builder
	for i := range 20_000 {
		text.WriteString(strings.Repeat("line ", i%7) + string(rune('a'+i%26)) + "\n")
	}
	lines := strings.Split(text.String(), "\n")
	for _, kind := range []string{"gzip", "zstd"} {
		body := compressed(t, kind, text.String())
		f, err := From("f", bytes.NewReader(body[:len(body)-9]))
		if err != nil {
			t.Fatal(err)
		}
		got, _, err := all(t, NewReader(f, 100))
		var d *Damage
		if !errors.As(err, &d) || d.At != int64(len(body)-9) || !strings.Contains(err.Error(), "breaks off at byte") {
			t.Errorf("%s: got error %v, want damage at %d", kind, err, len(body)-9)
		}
		if len(got) == 0 && kind == "gzip" {
			t.Errorf("%s: no line before the damage", kind)
		}
		if diff := cmp.Diff(lines[:len(got)], got); diff != "" && len(got) > 0 {
			t.Errorf("%s: not the lines before the damage", kind)
		}
		f.Close()
	}
}

func TestNotText(t *testing.T) {
	for name, body := range map[string]string{
		"nul.ndjson":  strings.Repeat("{\"a\":1}\n", 100) + "\x00\n",
		"elf":         "\x7fELF\x02\x01\x01\x00",
		"control":     strings.Repeat("ab\x01\x02", 100),
		"utf16.csv":   "\xff\xfea\x00b\x00",
		"a.zip":       "PK\x03\x04rest",
		"dump.7z":     "7z\xbc\xaf\x27\x1crest",
		"wrong.gz":    "text\n",
		"packed.json": string(compressed(t, "gzip", "a\x00b")),
	} {
		if f, err := From(name, strings.NewReader(body)); !errors.Is(err, ErrBinary) {
			t.Errorf("%s: got %v, %v, want ErrBinary", name, f, err)
		}
	}
	for _, body := range []string{"", "\n", "Stra\xdfe in Latin-1\n", "\tä€\r\n", "\x1b[0m"} {
		if _, err := From("f", strings.NewReader(body)); err != nil {
			t.Errorf("%q: %v, want text", body, err)
		}
	}
}

func FuzzNext(f *testing.F) {
	f.Add([]byte("a\r\n\nb"))
	f.Add([]byte("\xef\xbb\xbf1 2 1082040961\n3 4 1082155839\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		const max = 8
		got, _, err := all(t, NewReader(bytes.NewReader(in), max))
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		text := string(in)
		for first := true; text != ""; first = false {
			l, rest, _ := strings.Cut(text, "\n")
			ended := len(l) < len(text)
			if len(l) > max {
				l = "LONG:" + l[:max]
			} else {
				if first {
					l = strings.TrimPrefix(l, "\xef\xbb\xbf")
				}
				if ended {
					l = strings.TrimSuffix(l, "\r")
				}
			}
			want, text = append(want, l), rest
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}
