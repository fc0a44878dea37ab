package segment

import (
	"bytes"
	"math"
	"strconv"

	"github.com/valyala/fastjson"

	"github.com/rollcall-dev/rollcall/ingest/parse"
	"github.com/rollcall-dev/rollcall/schemas"
)

const maxEvent = 32 << 10 // what Segment takes itself

// Decoder reads one call after the other and keeps its memory between them. It is not for concurrent use. The zero value
// is ready.
type Decoder struct {
	json   fastjson.Parser
	call   string
	body   []byte
	root   *fastjson.Value
	events []*fastjson.Value
	raw    []byte
	props  []byte
	kind   []byte
	number []byte
}

// Read takes the body of a call, which is the last part of its path: batch, track, … The body must stay as it is until
// its last event was read.
func (d *Decoder) Read(call string, body []byte) *schemas.Rejection {
	d.call, d.body, d.events = call, bytes.TrimSpace(body), d.events[:0]
	root, r := parse.JSON(&d.json, d.body)
	if r != nil {
		return r
	}
	if root.Type() != fastjson.TypeObject {
		return &schemas.Rejection{Reason: schemas.ReasonInvalidJSON, Detail: "expected a JSON object, got " + root.Type().String()}
	}
	d.root = root
	if call != "batch" {
		d.events = append(d.events, root)
		return nil
	}
	list := root.Get("batch")
	if list == nil || list.Type() != fastjson.TypeArray {
		return &schemas.Rejection{Reason: schemas.ReasonMissingField, Field: "batch", Detail: "expected a list of events"}
	}
	d.events = append(d.events, list.GetArray()...)
	return nil
}

// WriteKey returns the write key that the body carries, or nothing.
func (d *Decoder) WriteKey() string { return string(d.root.GetStringBytes("writeKey")) }

// Len returns how many events the call has.
func (d *Decoder) Len() int { return len(d.events) }

// Event decodes event i into a, as Parser.Action of package parse does, and returns its text. Both are valid until the
// next call.
func (d *Decoder) Event(i int, o *parse.Options, a *schemas.Action) (raw []byte, r *schemas.Rejection) {
	v := d.events[i]
	raw = d.body
	if d.call == "batch" {
		d.raw = v.MarshalTo(d.raw[:0]) // before its strings are read: fastjson would write them differently then
		raw = d.raw
	}
	*a = schemas.Action{Version: schemas.Version, Source: o.Source, Time: o.DefaultTime}
	if len(raw) > maxEvent {
		return raw, reject(schemas.ReasonTooLarge, "", "an event may have at most 32768 bytes")
	}
	if v.Type() != fastjson.TypeObject {
		return raw, reject(schemas.ReasonInvalidJSON, "", "expected a JSON object, got "+v.Type().String())
	}
	e := event{d: d, v: v, a: a}
	if r := e.read(o); r != nil {
		return raw, r
	}
	return raw, parse.Check(a, o.Now)
}

// event is one event on its way to an action.
type event struct {
	d     *Decoder
	v     *fastjson.Value
	props *fastjson.Value // nil: none
	a     *schemas.Action
}

func (e *event) read(o *parse.Options) *schemas.Rejection {
	call := e.d.call
	if call == "batch" {
		call = string(e.v.GetStringBytes("type"))
	}
	e.readProperties(call)
	e.a.ID = e.identity("messageId")
	e.a.Community = o.Community
	if len(e.a.Community) == 0 {
		e.a.Community = e.firstText(e.props.GetStringBytes("community"), e.v.GetStringBytes("context", "community"))
	}
	if e.a.Member = e.firstText(e.identity("userId"), e.identity("anonymousId")); e.a.Member == nil {
		return reject(schemas.ReasonMissingField, "userId", "is required, or anonymousId: who acted")
	}
	if r := e.readTime(); r != nil {
		return r
	}
	e.readFields()
	return e.readCall(call)
}

// readProperties keeps the text of the properties before any of them is read, for the reason given in Event.
func (e *event) readProperties(call string) {
	name := "properties"
	if call == "identify" || call == "group" {
		name = "traits"
	}
	p := e.v.Get(name)
	if p == nil || p.Type() != fastjson.TypeObject {
		return
	}
	e.props = p
	if p.GetObject().Len() > 0 {
		e.d.props = p.MarshalTo(e.d.props[:0])
		e.a.Properties = e.d.props
	}
}

func (e *event) readTime() *schemas.Rejection {
	t := e.v.Get("timestamp")
	if t == nil || t.Type() == fastjson.TypeNull {
		return nil
	}
	if t.Type() == fastjson.TypeNumber {
		if f := t.GetFloat64(); f == math.Trunc(f) && math.Abs(f) < 1<<53 {
			e.a.Time = int64(f)
			return nil
		}
	}
	ms, err := parse.Time(t.GetStringBytes())
	if err != nil {
		return reject(schemas.ReasonInvalidField, "timestamp", "expected ISO 8601 with a zone, as 2026-01-31T12:00:00.000Z")
	}
	e.a.Time = ms
	return nil
}

func (e *event) readFields() {
	a, p := e.a, e.props
	a.Channel = e.text(p, "channel")
	a.Object = e.text(p, "object")
	a.Campaign = e.firstText(e.text(p, "campaign"), e.text(e.v.Get("context", "campaign"), "name"))
	a.Platform = e.firstText(e.text(p, "platform"), e.text(e.v, "channel"))
	if t := e.text(p, "target"); len(t) <= schemas.MaxMember && bytes.IndexFunc(t, isControl) < 0 {
		a.Target = t
	}
	for _, name := range [...]string{"value", "revenue"} {
		if v := p.Get(name); v != nil && v.Type() == fastjson.TypeNumber && !a.HasValue {
			e.d.number = v.MarshalTo(e.d.number[:0])
			f, err := strconv.ParseFloat(string(e.d.number), 64) // fastjson's own is not exact to the last bit
			a.Value, a.HasValue = f, err == nil
		}
	}
}

// readCall reads what depends on the kind of call.
func (e *event) readCall(call string) *schemas.Rejection {
	a := e.a
	switch call {
	case "track":
		name := e.v.GetStringBytes("event")
		if len(name) == 0 {
			return reject(schemas.ReasonMissingField, "event", "is required: what the member did")
		}
		e.d.kind = append(e.d.kind[:0], name...)
		e.d.kind = bytes.ReplaceAll(bytes.ToLower(e.d.kind), []byte{' '}, []byte{'_'})
		if k := schemas.KindOf(e.d.kind); k != schemas.KindCustom {
			a.Kind = k
		} else {
			a.Kind, a.Name = schemas.KindCustom, name
		}
	case "page", "screen":
		a.Kind = schemas.KindView
		if a.Object == nil {
			a.Object = e.firstText(e.text(e.v, "name"), e.page())
		}
	case "identify", "alias":
		a.Kind, a.Name = schemas.KindCustom, []byte(call)
		if previous := e.v.Get("previousId"); call == "alias" && previous != nil {
			e.d.props = append(previous.MarshalTo(append(e.d.props[:0], `{"previousId":`...)), '}')
			a.Properties = e.d.props
		}
	case "group":
		a.Kind, a.Name = schemas.KindCustom, []byte(call)
		a.Object = e.firstText(e.text(e.v, "groupId"), a.Object)
	default:
		return reject(schemas.ReasonInvalidField, "type", "expected track, identify, page, screen, group or alias")
	}
	return nil
}

// page returns the address of a page without what differs from visit to visit.
func (e *event) page() []byte {
	url := e.props.GetStringBytes("url")
	if i := bytes.IndexAny(url, "?#"); i >= 0 {
		url = url[:i]
	}
	if len(url) > schemas.MaxText {
		return nil
	}
	return url
}

// identity reads a name that old clients send as a number.
func (e *event) identity(key string) []byte {
	v := e.v.Get(key)
	if v != nil && v.Type() == fastjson.TypeNumber {
		return v.MarshalTo(nil)
	}
	return v.GetStringBytes()
}

// text returns a string that fits our fields, nil for anything else.
func (e *event) text(v *fastjson.Value, key string) []byte {
	b := v.GetStringBytes(key)
	if len(b) == 0 || len(b) > schemas.MaxText {
		return nil
	}
	return b
}

func (e *event) firstText(a, b []byte) []byte {
	if len(a) > 0 {
		return a
	}
	if len(b) > 0 {
		return b
	}
	return nil
}

func isControl(r rune) bool { return r < 0x20 || r >= 0x7f && r < 0xa0 }

func reject(reason schemas.Reason, field, detail string) *schemas.Rejection {
	return &schemas.Rejection{Reason: reason, Field: field, Detail: detail}
}
