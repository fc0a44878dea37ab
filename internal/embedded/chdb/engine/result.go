package engine

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"unsafe"
)

// Stats counts what a statement touched. For a streamed result each block
// carries the totals so far.
type Stats struct {
	RowsRead, BytesRead       uint64
	RowsWritten, BytesWritten uint64
}

// Block is a piece of a result in the format that was asked for.
type Block struct {
	// Data is the engine's memory: valid only until the callback returns.
	Data []byte
	Stats
}

// Error is what the engine says about a statement that failed.
type Error struct {
	Code int // ClickHouse's error code, 1002 (UNKNOWN_EXCEPTION) where the text names none
	Text string
}

func (e *Error) Error() string { return e.Text }

const unknownException = 1002

var codePattern = regexp.MustCompile(`^(?:Error: )?Code: (\d+)\.`)

// newError reads the code at the head of the engine's text.
func newError(text string) *Error {
	text = strings.TrimSpace(text)
	e := &Error{Code: unknownException, Text: text}
	if m := codePattern.FindStringSubmatch(text); m != nil {
		if n, err := strconv.Atoi(m[1]); err == nil {
			e.Code = n
		}
		e.Text = strings.TrimPrefix(text, "Error: ")
	}
	return e
}

var errNoResult = errors.New("the engine returned no result: the connection is closed or out of memory")

// view reads a result without copying and destroys it after use has returned.
func (l *library) view(r pointer, use func(Block) error) (Stats, error) {
	if r == nil {
		return Stats{}, errNoResult
	}
	defer l.resultDestroy(r)
	if text := l.resultError(r); text != "" {
		return Stats{}, newError(text)
	}
	b := Block{Stats: Stats{
		RowsRead: l.resultRowsRead(r), BytesRead: l.resultBytesRead(r),
		RowsWritten: l.resultRowsWritten(r), BytesWritten: l.resultBytesWritten(r),
	}}
	if n := l.resultLength(r); n > 0 {
		b.Data = unsafe.Slice((*byte)(l.resultBuffer(r)), n)
	}
	return b.Stats, use(b)
}
