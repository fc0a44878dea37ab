package stackexchange

import (
	"bytes"
	"errors"
	"strconv"
	"unicode/utf8"
)

// Errors of scan.
var (
	errOpen = errors.New("a row is not closed")                                   // it may go on with the next line
	errRow  = errors.New("expected <row with attributes, as in Id=\"1\", and />") // this one is damaged
)

// attributes are the values of one row that are asked for. They alias the record, entities not resolved.
type attributes struct {
	names  []string
	values [][]byte
}

func want(names ...string) *attributes {
	return &attributes{names: names, values: make([][]byte, len(names))}
}

// get returns the value of the i-th name asked for, nil where the row lacks it.
func (a *attributes) get(i int) []byte { return a.values[i] }

var rowStart = []byte("<row")

// scan reads the first row in b into a and returns what follows it, or nil where b holds none. The dump's XML is a flat
// list of rows with attributes, which general readers take ten times as long for.
func (a *attributes) scan(b []byte) (rest []byte, found bool, err error) {
	i := bytes.Index(b, rowStart)
	if i < 0 {
		return nil, false, nil
	}
	clear(a.values)
	b = b[i+len(rowStart):]
	for {
		b = bytes.TrimLeft(b, " \t\r\n")
		if len(b) == 0 || len(b) == 1 && b[0] == '/' {
			return nil, true, errOpen
		}
		if b[0] == '/' && b[1] == '>' {
			return b[2:], true, nil
		}
		eq := bytes.IndexByte(b, '=')
		if eq < 0 {
			if isName(b) {
				return nil, true, errOpen
			}
			return nil, true, errRow
		}
		name := b[:eq]
		if !isName(name) || eq+1 < len(b) && b[eq+1] != '"' {
			return nil, true, errRow
		}
		if eq+2 > len(b) {
			return nil, true, errOpen
		}
		b = b[eq+2:]
		end := bytes.IndexByte(b, '"')
		if end < 0 {
			return nil, true, errOpen
		}
		for n, w := range a.names {
			if w == string(name) {
				a.values[n] = b[:end]
			}
		}
		b = b[end+1:]
	}
}

func isName(b []byte) bool {
	for _, c := range b {
		if c|0x20 < 'a' || c|0x20 > 'z' {
			return false
		}
	}
	return len(b) > 0
}

// unescape resolves XML's entities in dst, which it grows; b without any is returned as it is.
func unescape(dst, b []byte) []byte {
	if bytes.IndexByte(b, '&') < 0 {
		return b
	}
	dst = dst[:0]
	for len(b) > 0 {
		i := bytes.IndexByte(b, '&')
		if i < 0 {
			return append(dst, b...)
		}
		dst = append(dst, b[:i]...)
		b = b[i:]
		end := bytes.IndexByte(b, ';')
		r, ok := rune(0), false
		if end > 0 {
			r, ok = entity(string(b[1:end]))
		}
		if !ok {
			dst, b = append(dst, '&'), b[1:]
			continue
		}
		dst, b = utf8.AppendRune(dst, r), b[end+1:]
	}
	return dst
}

func entity(name string) (rune, bool) {
	switch name {
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "amp":
		return '&', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	if len(name) < 2 || name[0] != '#' {
		return 0, false
	}
	base, digits := 10, name[1:]
	if digits[0] == 'x' {
		base, digits = 16, digits[1:]
	}
	n, err := strconv.ParseUint(digits, base, 31)
	return rune(n), err == nil && utf8.ValidRune(rune(n))
}
