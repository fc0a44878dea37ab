package columns

import (
	"bytes"
	"errors"
)

// Errors of Split.
var (
	// ErrOpenQuote: the record ends inside quotes.
	ErrOpenQuote = errors.New("a quoted column is not closed")
	// ErrQuote: something follows the end of a quoted column.
	ErrQuote = errors.New("a quote inside a quoted column must be doubled")
)

// Splitter cuts records and keeps its memory between them. It is not for concurrent use.
type Splitter struct {
	fields  [][]byte
	scratch []byte
}

// Split cuts a CSV record (RFC 4180, any delimiter) into columns, valid until the next call. A column counts as quoted
// when its first byte is a quote; other quotes are text.
func (s *Splitter) Split(record []byte, delimiter byte) ([][]byte, error) {
	s.fields = s.fields[:0]
	if bytes.IndexByte(record, '"') < 0 {
		for {
			i := bytes.IndexByte(record, delimiter)
			if i < 0 {
				s.fields = append(s.fields, record)
				return s.fields, nil
			}
			s.fields = append(s.fields, record[:i])
			record = record[i+1:]
		}
	}
	if cap(s.scratch) < len(record) {
		// What is unquoted is never longer than the record, so the columns below stay where they are.
		s.scratch = make([]byte, 0, 2*len(record))
	}
	s.scratch = s.scratch[:0]
	for {
		rest, more, err := s.column(record, delimiter)
		if err != nil || !more {
			return s.fields, err
		}
		record = rest
	}
}

// column cuts the first column off.
func (s *Splitter) column(b []byte, delimiter byte) (rest []byte, more bool, err error) {
	if len(b) == 0 || b[0] != '"' {
		i := bytes.IndexByte(b, delimiter)
		if i < 0 {
			s.fields = append(s.fields, b)
			return nil, false, nil
		}
		s.fields = append(s.fields, b[:i])
		return b[i+1:], true, nil
	}
	b = b[1:]
	from := len(s.scratch)
	for {
		i := bytes.IndexByte(b, '"')
		if i < 0 {
			return nil, false, ErrOpenQuote
		}
		s.scratch = append(s.scratch, b[:i]...)
		b = b[i+1:]
		if len(b) == 0 || b[0] == delimiter {
			break
		}
		if b[0] != '"' {
			return nil, false, ErrQuote
		}
		s.scratch = append(s.scratch, '"')
		b = b[1:]
	}
	s.fields = append(s.fields, s.scratch[from:len(s.scratch):len(s.scratch)])
	if len(b) == 0 {
		return nil, false, nil
	}
	return b[1:], true, nil
}

// Open reports whether a record is inside quotes at the line's end, so that it goes on with the next line, when at its
// beginning it is inside quotes or not. It looks at each line once, however many a record has.
func Open(line []byte, delimiter byte, inside bool) bool {
	for {
		if !inside {
			if len(line) > 0 && line[0] == '"' {
				line = line[1:]
			} else if i := bytes.IndexByte(line, delimiter); i >= 0 {
				line = line[i+1:]
				continue
			} else {
				return false
			}
		}
		inside = false
		i := bytes.IndexByte(line, '"')
		switch {
		case i < 0:
			return true
		case i+1 == len(line):
			return false
		case line[i+1] == '"':
			line, inside = line[i+2:], true
		case line[i+1] == delimiter:
			line = line[i+2:]
		default:
			return false // Split says what is wrong
		}
	}
}

// Fields cuts a line at white space and commas, as SNAP's files are written, valid until the next call.
func (s *Splitter) Fields(line []byte) [][]byte {
	s.fields = s.fields[:0]
	for i := 0; i < len(line); {
		if separator(line[i]) {
			i++
			continue
		}
		from := i
		for i < len(line) && !separator(line[i]) {
			i++
		}
		s.fields = append(s.fields, line[from:i])
	}
	return s.fields
}

func separator(c byte) bool { return c == ' ' || c == '\t' || c == ',' || c == '\r' }
