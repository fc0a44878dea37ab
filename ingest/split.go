package ingest

import (
	"bytes"
	"encoding/json"
)

// split cuts a body into its items, each a piece of text that should be one JSON object. A body that starts with [ is an
// array, any other is NDJSON, but for one object that is written over several lines. Items are cut by brackets and
// quotation marks or by lines, never by what they hold, so that a bad one does not take its neighbours along. It appends
// at most max+1 items to dst. broken is the index of an item that is not the array's because the array breaks off there or
// has ended before, -1 when there is none.
func split(dst [][]byte, body []byte, max int) (items [][]byte, broken int) {
	body = bytes.Trim(bytes.TrimPrefix(body, []byte("\ufeff")), space)
	if len(body) == 0 {
		return dst, -1
	}
	if body[0] == '[' {
		return splitArray(dst, body[1:], max)
	}
	if body[0] == '{' && bytes.IndexByte(body, '\n') >= 0 && endOfObject(body) == len(body) && json.Valid(body) {
		return append(dst, body), -1
	}
	for len(body) > 0 && len(dst) <= max {
		line, rest, _ := bytes.Cut(body, []byte{'\n'})
		if line = bytes.Trim(line, space); len(line) > 0 {
			dst = append(dst, line)
		}
		body = rest
	}
	return dst, -1
}

const space = " \t\r\n"

// splitArray cuts the text after an array's opening bracket.
func splitArray(dst [][]byte, body []byte, max int) (items [][]byte, broken int) {
	if rest := bytes.TrimLeft(body, space); len(rest) > 0 && rest[0] == ']' {
		return trailing(dst, rest[1:])
	}
	for len(dst) <= max {
		end := endOfElement(body)
		dst = append(dst, bytes.Trim(body[:end], space))
		if end == len(body) {
			return dst, len(dst) - 1
		}
		if body[end] == ']' {
			return trailing(dst, body[end+1:])
		}
		body = body[end+1:]
	}
	return dst, -1
}

func trailing(dst [][]byte, rest []byte) (items [][]byte, broken int) {
	if rest = bytes.Trim(rest, space); len(rest) > 0 {
		return append(dst, rest), len(dst)
	}
	return dst, -1
}

// endOfElement returns where an array's element ends: at the comma or closing bracket behind it, len(b) without one.
func endOfElement(b []byte) int {
	return scan(b, func(c byte, depth int) bool { return depth == 0 && (c == ',' || c == ']') })
}

// endOfObject returns where the object that b starts with ends, len(b) when it does not.
func endOfObject(b []byte) int {
	end := scan(b, func(c byte, depth int) bool { return depth == 1 && c == '}' })
	return min(end+1, len(b))
}

// scan returns the place of the first byte outside of strings that stop wants, len(b) without one. depth counts the
// brackets that are open before the byte; their kind does not matter, as text that mixes them up is refused anyway.
func scan(b []byte, stop func(c byte, depth int) bool) int {
	depth, inString := 0, false
	for i := 0; i < len(b); i++ {
		c := b[i]
		if inString {
			switch c {
			case '\\':
				i++
			case '"':
				inString = false
			}
			continue
		}
		switch c {
		case '"':
			inString = true
		case '{', '[':
			depth++
		case '}', ']', ',':
			if stop(c, depth) {
				return i
			}
			if c != ',' && depth > 0 {
				depth--
			}
		}
	}
	return len(b)
}
