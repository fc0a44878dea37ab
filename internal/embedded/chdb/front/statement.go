package front

import "strings"

// statement is what the front has to know about a text before it runs.
type statement struct {
	text   string // for an INSERT of rows: without its FORMAT or VALUES clause and the rows
	verb   string // SELECT, INSERT, SHOW …, in upper case; a WITH counts as what follows it
	format string // the format that the text names, "" if it names none

	rows   bool // an INSERT whose rows follow the text
	rowsAt int  // where in the original text the rows begin; its length if they do not begin there

	file    bool // it writes or reads a file of its own: INTO OUTFILE, FROM INFILE
	several bool // more follows a semicolon
	tagged  bool // it sets log_comment, which the front needs for itself
}

// parse reads a text as far as the front has to. It knows words, quotes and
// brackets, not SQL: what it misreads the engine's parser still refuses.
func parse(text string) statement {
	st := statement{text: text, rowsAt: len(text)}
	s := scanner{text: text}
	var previous, before string // the two words or marks before this one, in upper case
	settled := false            // what follows the format's name is what may follow it
	for {
		t, ok := s.next()
		if !ok {
			return st
		}
		upper := ""
		if t.kind != quoted {
			upper = strings.ToUpper(text[t.from:t.to])
		}
		if st.verb == "" && t.kind == word {
			st.verb = upper
		}
		switch {
		case upper == ";":
			st.several = st.several || !blank(text[t.to:])
		case upper == "=" && previous == "LOG_COMMENT":
			st.tagged = true
		case upper == "OUTFILE" && previous == "INTO", upper == "INFILE" && previous == "FROM":
			st.file = true
		case t.kind != word || t.depth > 0 || previous == ".":
		case st.verb == "WITH" && (upper == "SELECT" || upper == "INSERT"):
			st.verb = upper
		case st.verb == "INSERT" && st.insertClause(&s, upper, previous, t):
			return st
		}
		// "FORMAT x" counts when it is the end, or before ; or SETTINGS.
		switch {
		case st.format != "" && previous != "FORMAT" && upper != ";" && upper != "SETTINGS" && !settled:
			st.format = "" // "format" was a column or an alias
		case st.format != "":
			settled = true
		}
		if previous == "FORMAT" && before != "." && t.kind == word && t.depth == 0 {
			st.format, settled = text[t.from:t.to], false
		}
		previous, before = upper, previous
	}
}

func blank(text string) bool {
	s := scanner{text: text}
	for {
		t, ok := s.next()
		if !ok {
			return true
		}
		if text[t.from:t.to] != ";" {
			return false
		}
	}
}

// insertClause looks for the word that decides where an INSERT takes its rows
// from; it returns true once that is known and the rest is not to be read.
func (st *statement) insertClause(s *scanner, upper, previous string, t token) bool {
	if previous == "INTO" || previous == "TABLE" || previous == "INSERT" {
		return false // the table's own name, whatever it is
	}
	switch upper {
	case "SELECT", "WITH", "FROM", "WATCH", "EXPLAIN":
		st.verb = "INSERT SELECT" // its rows come from the engine or a file
		return false
	case "VALUES":
		st.cut("Values", t.from, t.to)
		return true
	case "FORMAT":
		name, ok := s.next()
		if !ok || name.kind != word {
			return false
		}
		st.cut(st.text[name.from:name.to], t.from, rowsAfter(st.text, name.to))
		return true
	}
	return false
}

func (st *statement) cut(format string, clause, rows int) {
	st.rows, st.format, st.rowsAt = true, format, rows
	st.text = st.text[:clause]
}

// rowsAfter skips what may stand between a format's name and its rows: blanks,
// one semicolon and one line end, as ClickHouse does.
func rowsAfter(text string, at int) int {
	for at < len(text) && strings.IndexByte(" \t\f", text[at]) >= 0 {
		at++
	}
	if at < len(text) && text[at] == ';' {
		at++
	}
	if strings.HasPrefix(text[at:], "\r\n") {
		return at + 2
	}
	if strings.HasPrefix(text[at:], "\n") {
		return at + 1
	}
	return at
}
