package parse

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/valyala/fastjson"

	"github.com/rollcall-dev/rollcall/schemas"
)

// Parser decodes actions one after the other and keeps its memory between them. It is not for concurrent use. The zero
// value is ready.
type Parser struct {
	json    fastjson.Parser
	visit   func(key []byte, v *fastjson.Value) // p.field, made once: a method value allocates
	scratch []byte                              // the text of properties
	number  []byte

	// Of the action at hand.
	a       *schemas.Action
	kind    []byte
	name    []byte
	seen    uint32
	hasTime bool
	version int64
	reject  *schemas.Rejection
}

// Options are what an action that leaves something out gets, and the present.
type Options struct {
	Community   []byte // for actions that name none; empty: community is required
	DefaultTime int64  // Unix milliseconds, for actions without time; 0: time is required
	Now         int64  // Unix milliseconds, for time_in_future
	Source      []byte
}

// Action decodes raw, one JSON object with white space around it allowed, into a, or says why it is refused; a then holds
// what was understood so far. a's fields alias the parser's memory and are valid until the next call. An absent id stays
// empty: the caller gives one.
func (p *Parser) Action(raw []byte, o *Options, a *schemas.Action) *schemas.Rejection {
	raw = bytes.Trim(raw, " \t\r\n")
	*a = schemas.Action{Version: schemas.Version, Source: o.Source}
	if len(raw) > schemas.MaxAction {
		return tooLarge("", "an action", schemas.MaxAction, len(raw))
	}
	v, rejection := JSON(&p.json, raw)
	if rejection != nil {
		return rejection
	}
	p.a, p.kind, p.name, p.seen, p.hasTime, p.version, p.reject = a, nil, nil, 0, false, 0, nil
	if p.visit == nil {
		p.visit = p.field
	}
	obj, err := v.Object()
	if err != nil {
		return &schemas.Rejection{Reason: schemas.ReasonInvalidJSON,
			Detail: "expected a JSON object, got " + typeName(v)}
	}
	obj.Visit(p.visit)
	p.a = nil
	// A newer version may mean other things by the same fields, so it decides before any of them.
	if p.version > schemas.Version {
		return &schemas.Rejection{Reason: schemas.ReasonUnsupportedVersion, Field: "version",
			Detail: fmt.Sprintf("version %d is newer than %d, the newest this program reads; update Rollcall, then send it again",
				p.version, schemas.Version)}
	}
	if p.reject != nil {
		return p.reject
	}
	if a.Community == nil {
		a.Community = o.Community
	}
	if !p.hasTime {
		if o.DefaultTime == 0 {
			return missing("time", "RFC 3339 with a zone, as 2026-01-31T12:00:00Z, or integer Unix milliseconds")
		}
		a.Time = o.DefaultTime
	}
	if p.kind == nil {
		return missing("kind", "what the member did, as post or comment")
	}
	SetKind(a, p.kind, p.name)
	return Check(a, o.Now)
}

// JSON parses raw with p, strictly: fastjson's parser is lenient and bounds the depth, its validator is strict and
// does not, so both look, in this order.
func JSON(p *fastjson.Parser, raw []byte) (*fastjson.Value, *schemas.Rejection) {
	if tooDeep(raw) {
		return nil, &schemas.Rejection{Reason: schemas.ReasonInvalidJSON,
			Detail: fmt.Sprintf("objects and arrays are nested deeper than %d", maxDepth)}
	}
	v, err := p.ParseBytes(raw)
	if err == nil {
		err = fastjson.ValidateBytes(raw)
	}
	// The validator overlooks raw control characters that stand before an escape in the same string.
	if err == nil && (bytes.IndexByte(raw, '\\') < 0 || !hasControl(raw) || json.Valid(raw)) {
		return v, nil
	}
	return nil, &schemas.Rejection{Reason: schemas.ReasonInvalidJSON, Detail: syntaxDetail(raw)}
}

// Object reports whether b is the text of one JSON object, as properties must be that came in another form than JSON.
func Object(b []byte) bool {
	return len(b) > 0 && b[0] == '{' && !tooDeep(b) && fastjson.ValidateBytes(b) == nil
}

func hasControl(raw []byte) bool {
	for _, c := range raw {
		if c < 0x20 {
			return true
		}
	}
	return false
}

// syntaxDetail says where raw stops being JSON, for a person. It is for text that is known not to be JSON.
func syntaxDetail(raw []byte) string {
	if len(bytes.TrimSpace(raw)) == 0 {
		return "expected a JSON object, got nothing"
	}
	var any json.RawMessage
	var syntax *json.SyntaxError
	if errors.As(json.Unmarshal(raw, &any), &syntax) {
		return fmt.Sprintf("not JSON: %s (byte %d)", syntax, syntax.Offset)
	}
	return "not JSON"
}

const maxDepth = 64

// tooDeep reports whether raw nests deeper than maxDepth: fastjson's error texts grow with the square of the depth.
func tooDeep(raw []byte) bool {
	if bytes.Count(raw, []byte{'{'})+bytes.Count(raw, []byte{'['}) <= maxDepth {
		return false
	}
	depth, inString := 0, false
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				return true
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return false
}
