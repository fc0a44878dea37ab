package columns

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/rollcall-dev/rollcall/ingest/parse"
	"github.com/rollcall-dev/rollcall/schemas"
)

// Names are the fields of an action that a column can hold.
var Names = []string{"id", "community", "member", "kind", "time", "target", "object", "channel", "platform", "campaign",
	"value", "properties"}

// Layout says which column holds which field. It is not for concurrent use.
type Layout struct {
	fields  []field // in the order of Names
	needs   int     // columns a record must have
	kind    []byte  // for records without one
	dates   bool    // times may be dates, not only Unix times
	require string  // the column that needs is for
}

type field struct {
	name   string
	column int // from 0
}

// SNAP returns the layout of SNAP's temporal networks with so many columns: source, target, an optional rating, and
// Unix seconds.
func SNAP(columns int, kind string) *Layout {
	l := &Layout{kind: []byte(kind), needs: columns, require: "time"}
	l.fields = []field{{"member", 0}, {"time", columns - 1}, {"target", 1}}
	if columns == 4 {
		l.fields = append(l.fields, field{"value", 2})
	}
	return l
}

// New makes a layout. names maps a field to a column, by number from 1 or by a name in the header; without it, the
// columns whose names are fields are taken. header is nil for a file that has none. Records without a kind get kind.
// Errors name what there is, for the user.
func New(header [][]byte, names map[string]string, kind string) (*Layout, error) {
	l := &Layout{kind: []byte(kind), dates: true}
	if len(names) == 0 {
		names = map[string]string{}
		for _, h := range header {
			if name := strings.ToLower(strings.TrimSpace(string(h))); slices.Contains(Names, name) {
				names[name] = string(h)
			}
		}
	}
	for name := range names {
		if !slices.Contains(Names, name) {
			return nil, fmt.Errorf("%q is no field of an action; the fields are %s", name, strings.Join(Names, ", "))
		}
	}
	for _, name := range Names {
		column, ok := names[name]
		if !ok {
			continue
		}
		n, err := find(header, column)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		l.fields = append(l.fields, field{name, n})
		if (name == "member" || name == "time") && n+1 > l.needs {
			l.needs, l.require = n+1, name
		}
	}
	for _, name := range []string{"member", "time"} {
		if _, ok := names[name]; !ok {
			return nil, fmt.Errorf("no column is the %s: name it, as in %s=COLUMN%s", name, name, there(header))
		}
	}
	if _, ok := names["kind"]; !ok && kind == "" {
		return nil, fmt.Errorf("no column is the kind: name it, as in kind=COLUMN, or give all lines one, as in --kind message%s",
			there(header))
	}
	return l, nil
}

// Numbered reports whether the map names columns by number only, so that a header is not needed.
func Numbered(names map[string]string) bool {
	for _, column := range names {
		if _, err := strconv.Atoi(column); err != nil {
			return false
		}
	}
	return len(names) > 0
}

func find(header [][]byte, column string) (int, error) {
	for i, h := range header {
		if strings.TrimSpace(string(h)) == strings.TrimSpace(column) {
			return i, nil
		}
	}
	n, err := strconv.Atoi(column)
	switch {
	case err != nil:
		return 0, fmt.Errorf("there is no column %q%s", column, there(header))
	case n < 1:
		return 0, fmt.Errorf("columns count from 1, got %d", n)
	case header != nil && n > len(header):
		return 0, fmt.Errorf("there is no column %d%s", n, there(header))
	}
	return n - 1, nil
}

func there(header [][]byte) string {
	if header == nil {
		return ""
	}
	names := make([]string, len(header))
	for i, h := range header {
		names[i] = strconv.Quote(strings.TrimSpace(string(h)))
	}
	return "; the columns are " + strings.Join(names, ", ")
}

// Action fills a from the columns of one record, which a's fields alias. community and source are the defaults. An
// empty column is an absent field. The limits of the values are parse.Check's to look at.
func (l *Layout) Action(columns [][]byte, community, source []byte, a *schemas.Action) *schemas.Rejection {
	*a = schemas.Action{Version: schemas.Version, Community: community, Source: source}
	if len(columns) < l.needs {
		return &schemas.Rejection{Reason: schemas.ReasonMissingField, Field: l.require,
			Detail: fmt.Sprintf("expected at least %d columns, got %d", l.needs, len(columns))}
	}
	kind := l.kind
	hasTime := false
	for _, f := range l.fields {
		if f.column >= len(columns) || len(columns[f.column]) == 0 {
			continue
		}
		v := columns[f.column]
		switch f.name {
		case "id":
			a.ID = v
		case "community":
			a.Community = v
		case "member":
			a.Member = v
		case "kind":
			kind = v
		case "time":
			hasTime = true
			var ok bool
			if a.Time, ok = l.time(bytes.TrimSpace(v)); !ok {
				return invalid("time", "expected "+l.formats()+", got "+quote(v))
			}
		case "target":
			a.Target = v
		case "object":
			a.Object = v
		case "channel":
			a.Channel = v
		case "platform":
			a.Platform = v
		case "campaign":
			a.Campaign = v
		case "value":
			n, err := strconv.ParseFloat(string(bytes.TrimSpace(v)), 64)
			if err != nil {
				return invalid("value", "expected a number, got "+quote(v))
			}
			a.Value, a.HasValue = n, true
		case "properties":
			if r := properties(v, a); r != nil {
				return r
			}
		}
	}
	if !hasTime {
		return &schemas.Rejection{Reason: schemas.ReasonMissingField, Field: "time", Detail: "is required: " + l.formats()}
	}
	if len(kind) > 0 {
		parse.SetKind(a, kind, nil)
	}
	return nil
}

// Header reports whether the first record of a table is its header, to go by the name in the column of times: any other
// text there is a mistake to be told of.
func (l *Layout) Header(columns [][]byte) bool {
	for _, f := range l.fields {
		if f.name != "time" || f.column >= len(columns) {
			continue
		}
		name := bytes.ToLower(columns[f.column])
		for _, word := range []string{"time", "date", "when", "stamp"} {
			if bytes.Contains(name, []byte(word)) {
				return true
			}
		}
	}
	return false
}

func (l *Layout) time(v []byte) (int64, bool) {
	if l.dates {
		return Time(v)
	}
	return Unix(v)
}

func (l *Layout) formats() string {
	if l.dates {
		return TimeFormats
	}
	return "Unix seconds"
}

func properties(v []byte, a *schemas.Action) *schemas.Rejection {
	v = bytes.TrimSpace(v)
	if !bytes.HasPrefix(v, []byte("{")) || !json.Valid(v) {
		return invalid("properties", "expected a JSON object, got "+quote(v))
	}
	a.Properties = v
	return nil
}

func invalid(field, detail string) *schemas.Rejection {
	return &schemas.Rejection{Reason: schemas.ReasonInvalidField, Field: field, Detail: detail}
}

// quote shows at most 40 bytes of what the file holds.
func quote(b []byte) string {
	if len(b) > 40 {
		return strconv.QuoteToASCII(string(b[:40])) + "…"
	}
	return strconv.Quote(string(b))
}
