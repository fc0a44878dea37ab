package front

import "strings"

type tokenKind int

const (
	word   tokenKind = iota // letters, digits, _
	quoted                  // a string, a quoted name or a here-document
	mark                    // any other byte
)

// token is a piece of SQL text: text[from:to] at a nesting depth of brackets.
type token struct {
	kind     tokenKind
	from, to int
	depth    int
}

// scanner cuts SQL into tokens, skipping space and comments. It never fails: an
// unterminated quote or comment reaches to the end of the text.
type scanner struct {
	text  string
	at    int
	depth int
}

func (s *scanner) next() (token, bool) {
	s.skip()
	if s.at >= len(s.text) {
		return token{}, false
	}
	t := token{kind: mark, from: s.at, depth: s.depth}
	switch c := s.text[s.at]; {
	case isWord(c):
		t.kind = word
		for s.at < len(s.text) && isWord(s.text[s.at]) {
			s.at++
		}
	case c == '\'' || c == '"' || c == '`':
		t.kind = quoted
		s.quote(c)
	case c == '$' && s.heredoc():
		t.kind = quoted
	default:
		s.at++
		switch c {
		case '(', '[', '{':
			s.depth++
		case ')', ']', '}':
			s.depth = max(0, s.depth-1)
			t.depth = s.depth
		}
	}
	t.to = s.at
	return t, true
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func (s *scanner) skip() {
	for s.at < len(s.text) {
		rest := s.text[s.at:]
		switch {
		case strings.IndexByte(" \t\r\n\v\f", rest[0]) >= 0:
			s.at++
		case strings.HasPrefix(rest, "--"), strings.HasPrefix(rest, "# "), strings.HasPrefix(rest, "#!"):
			s.to(rest, "\n", 0)
		case strings.HasPrefix(rest, "/*"):
			s.to(rest, "*/", 2)
		default:
			return
		}
	}
}

// to moves behind the first end in rest, looking from an offset on.
func (s *scanner) to(rest, end string, from int) bool {
	i := strings.Index(rest[from:], end)
	if i < 0 {
		s.at = len(s.text)
		return false
	}
	s.at += from + i + len(end)
	return true
}

func (s *scanner) quote(q byte) {
	for s.at++; s.at < len(s.text); s.at++ {
		switch s.text[s.at] {
		case '\\':
			s.at++
		case q:
			s.at++
			if s.at == len(s.text) || s.text[s.at] != q { // a doubled quote stands for itself
				return
			}
		}
	}
	s.at = len(s.text)
}

// heredoc reads $tag$ … $tag$; without a closing tag it is no here-document.
func (s *scanner) heredoc() bool {
	rest := s.text[s.at:]
	n := 1
	for n < len(rest) && isWord(rest[n]) {
		n++
	}
	if n == len(rest) || rest[n] != '$' {
		return false
	}
	tag := rest[:n+1]
	end := strings.Index(rest[len(tag):], tag)
	if end < 0 {
		return false
	}
	s.at += len(tag) + end + len(tag)
	return true
}
