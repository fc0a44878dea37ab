package lines

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync/atomic"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// ErrBinary is wrapped by Open's error for a file that holds no text.
var ErrBinary = errors.New("no text")

// block is how much of a file's beginning is looked at.
const block = 4096

// File is an open input, decompressed.
type File struct {
	Name string // for messages: the path, or "stdin"
	Size int64  // of the file as stored, in bytes; 0 where it is not known

	head  *bufio.Reader
	count *counter
	close []func()
}

// Open opens the file at path. It returns an error wrapping fs.ErrNotExist and the like, or ErrBinary.
func Open(path string) (*File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && info.IsDir() {
		err = fmt.Errorf("%s is a folder", path)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	file, err := From(path, f)
	if err != nil {
		f.Close()
		return nil, err
	}
	file.Size = info.Size()
	file.close = append(file.close, func() { f.Close() })
	return file, nil
}

// From reads r under that name. The caller closes r after the File.
func From(name string, r io.Reader) (*File, error) {
	f := &File{Name: name, count: &counter{r: r}}
	raw := bufio.NewReaderSize(f.count, 64<<10)
	magic, err := raw.Peek(6)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	plain, err := f.decompress(raw, magic)
	if err != nil {
		return nil, err
	}
	f.head = bufio.NewReaderSize(plain, 64<<10)
	// An error here is met again by the first read, which knows what to say.
	first, _ := f.head.Peek(block)
	if err := textOnly(name, first); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

func (f *File) decompress(raw *bufio.Reader, magic []byte) (io.Reader, error) {
	lower := strings.ToLower(f.Name)
	switch {
	case bytes.HasPrefix(magic, []byte{0x1f, 0x8b}):
		z, err := gzip.NewReader(raw)
		if err != nil {
			return nil, f.damage(err)
		}
		f.close = append(f.close, func() { z.Close() })
		return z, nil
	case bytes.HasPrefix(magic, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		z, err := zstd.NewReader(raw, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(128<<20))
		if err != nil {
			return nil, f.damage(err)
		}
		f.close = append(f.close, z.Close)
		return z, nil
	case len(magic) > 0 && (strings.HasSuffix(lower, ".gz") || strings.HasSuffix(lower, ".zst")):
		return nil, fmt.Errorf("%s is not compressed as its name says: %w; rename it, or fetch it again", f.Name, ErrBinary)
	}
	for _, m := range []struct{ magic, what string }{
		{"7z\xbc\xaf\x27\x1c", "a 7z archive"}, {"PK\x03\x04", "a zip archive"}, {"BZh", "compressed by bzip2"},
		{"\xfd7zXZ\x00", "compressed by xz"},
	} {
		if bytes.HasPrefix(magic, []byte(m.magic)) {
			return nil, fmt.Errorf("%s is %s: %w; unpack it first (.gz and .zst are read as they are)", f.Name, m.what, ErrBinary)
		}
	}
	return raw, nil
}

// textOnly refuses what cannot be lines of text. Other bytes than UTF-8 may be one bad line among good ones, so only
// control characters decide.
func textOnly(name string, b []byte) error {
	if bytes.HasPrefix(b, []byte{0xff, 0xfe}) || bytes.HasPrefix(b, []byte{0xfe, 0xff}) {
		return fmt.Errorf("%s is UTF-16: %w as Rollcall reads it; save it as UTF-8", name, ErrBinary)
	}
	odd := 0
	for _, c := range b {
		switch {
		case c == 0:
			odd = len(b)
		case c < '\t', c > '\r' && c < ' ' && c != 0x1b:
			odd++
		}
	}
	if odd*20 > len(b) {
		return fmt.Errorf("%s looks like a binary file: %w in its first block", name, ErrBinary)
	}
	return nil
}

// Peek returns up to n bytes of the file's beginning, fewer where it is shorter. n is at most 64 KiB.
func (f *File) Peek(n int) []byte {
	b, _ := f.head.Peek(n)
	return b
}

// Read implements io.Reader. An error other than io.EOF is a *Damage.
func (f *File) Read(p []byte) (int, error) {
	n, err := f.head.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = f.damage(err)
	}
	return n, err
}

// Position returns how many bytes were taken from the file as stored. It may be called while another goroutine reads.
func (f *File) Position() int64 { return f.count.n.Load() }

// Close releases what Open took. It is idempotent.
func (f *File) Close() {
	for _, c := range f.close {
		c()
	}
	f.close = nil
}

// Damage is a file that cannot be read to its end.
type Damage struct {
	Name string
	At   int64 // bytes of the file as stored that were read
	Err  error
}

// Error implements error.
func (d *Damage) Error() string {
	what := "is damaged"
	if errors.Is(d.Err, io.ErrUnexpectedEOF) {
		what = "breaks off"
	}
	return fmt.Sprintf("%s %s at byte %d: %v", d.Name, what, d.At, d.Err)
}

// Unwrap implements errors.Unwrap.
func (d *Damage) Unwrap() error { return d.Err }

func (f *File) damage(err error) error {
	return &Damage{Name: f.Name, At: f.Position(), Err: err}
}

// counter counts what is read through it. A gzip stream is buffered, so a position is exact to 64 KiB.
type counter struct {
	r io.Reader
	n atomic.Int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n.Add(int64(n))
	return n, err
}
