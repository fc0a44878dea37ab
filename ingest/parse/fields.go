package parse

import (
	"math"
	"strconv"
	"time"

	"github.com/valyala/fastjson"
)

// Fields of the contract, as bits of Parser.seen.
const (
	fID uint32 = 1 << iota
	fCommunity
	fMember
	fKind
	fName
	fTime
	fTarget
	fObject
	fChannel
	fPlatform
	fCampaign
	fValue
	fProperties
	fVersion
)

// fieldOf returns the field with that name, 0 for one that the contract does not know.
func fieldOf(key []byte) uint32 {
	switch string(key) {
	case "id":
		return fID
	case "community":
		return fCommunity
	case "member":
		return fMember
	case "kind":
		return fKind
	case "name":
		return fName
	case "time":
		return fTime
	case "target":
		return fTarget
	case "object":
		return fObject
	case "channel":
		return fChannel
	case "platform":
		return fPlatform
	case "campaign":
		return fCampaign
	case "value":
		return fValue
	case "properties":
		return fProperties
	case "version":
		return fVersion
	}
	return 0
}

// field takes one member of the object. The first thing wrong is what is reported.
func (p *Parser) field(key []byte, v *fastjson.Value) {
	f := fieldOf(key)
	if f == 0 {
		return
	}
	if p.seen&f != 0 {
		p.refuse(string(key), "is given twice; leave one of them out")
		return
	}
	p.seen |= f
	if v.Type() == fastjson.TypeNull {
		return
	}
	a := p.a
	switch f {
	case fID:
		p.text("id", v, &a.ID)
	case fCommunity:
		p.text("community", v, &a.Community)
	case fMember:
		p.text("member", v, &a.Member)
	case fKind:
		p.text("kind", v, &p.kind)
	case fName:
		p.text("name", v, &p.name)
	case fTime:
		p.time(v)
	case fTarget:
		p.text("target", v, &a.Target)
	case fObject:
		p.text("object", v, &a.Object)
	case fChannel:
		p.text("channel", v, &a.Channel)
	case fPlatform:
		p.text("platform", v, &a.Platform)
	case fCampaign:
		p.text("campaign", v, &a.Campaign)
	case fValue:
		p.value(v)
	case fProperties:
		p.properties(v)
	case fVersion:
		p.versionOf(v)
	}
}

// text takes a string. An empty one names nothing, so where the contract wants a name it is a mistake, not an absence.
func (p *Parser) text(field string, v *fastjson.Value, dst *[]byte) {
	b, err := v.StringBytes()
	if err != nil {
		p.refuse(field, "expected a string, got "+typeName(v))
		return
	}
	if len(b) == 0 && fieldOf([]byte(field))&(fID|fCommunity|fMember|fKind) != 0 {
		p.refuse(field, "is an empty string; give it a value or leave it out")
		return
	}
	*dst = b
}

func (p *Parser) time(v *fastjson.Value) {
	const expected = "expected RFC 3339 with a zone, as 2026-01-31T12:00:00Z, or integer Unix milliseconds, got "
	switch v.Type() {
	case fastjson.TypeString:
		b := v.GetStringBytes()
		ms, err := Time(b)
		if err != nil {
			p.refuse("time", expected+quote(b))
			return
		}
		p.a.Time, p.hasTime = ms, true
	case fastjson.TypeNumber:
		ms, ok := p.integer(v)
		if !ok {
			p.refuse("time", expected+quote(p.number))
			return
		}
		p.a.Time, p.hasTime = ms, true
	default:
		p.refuse("time", expected+typeName(v))
	}
}

// Time reads RFC 3339 with a zone, strictly, as Unix milliseconds.
func Time(b []byte) (int64, error) {
	var t time.Time
	if err := t.UnmarshalText(b); err != nil {
		return 0, err
	}
	return t.UnixMilli(), nil
}

// integer reads a whole number, also one written as 1.7e12. Its text is in p.number afterwards.
func (p *Parser) integer(v *fastjson.Value) (int64, bool) {
	p.number = v.MarshalTo(p.number[:0])
	if i, err := strconv.ParseInt(string(p.number), 10, 64); err == nil {
		return i, true
	}
	f, err := strconv.ParseFloat(string(p.number), 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) > 1<<53 {
		return 0, false
	}
	return int64(f), true
}

func (p *Parser) value(v *fastjson.Value) {
	if v.Type() != fastjson.TypeNumber {
		p.refuse("value", "expected a number, got "+typeName(v))
		return
	}
	p.number = v.MarshalTo(p.number[:0])
	f, err := strconv.ParseFloat(string(p.number), 64)
	if err != nil {
		p.refuse("value", "expected a finite number, got "+quote(p.number))
		return
	}
	p.a.Value, p.a.HasValue = f, true
}

func (p *Parser) properties(v *fastjson.Value) {
	if v.Type() != fastjson.TypeObject {
		p.refuse("properties", "expected an object, got "+typeName(v))
		return
	}
	if v.GetObject().Len() == 0 {
		return
	}
	p.scratch = v.MarshalTo(p.scratch[:0]) // as sent but for white space
	p.a.Properties = p.scratch
}

func (p *Parser) versionOf(v *fastjson.Value) {
	if v.Type() != fastjson.TypeNumber {
		p.refuse("version", "expected an integer, got "+typeName(v))
		return
	}
	i, ok := p.integer(v)
	if !ok || i < 0 {
		p.refuse("version", "expected an integer from 0, got "+quote(p.number))
		return
	}
	p.version = i
}

func (p *Parser) refuse(field, detail string) {
	if p.reject == nil {
		p.reject = invalid(field, detail)
	}
}

func typeName(v *fastjson.Value) string {
	switch v.Type() {
	case fastjson.TypeObject:
		return "an object"
	case fastjson.TypeArray:
		return "an array"
	case fastjson.TypeString:
		return "a string"
	case fastjson.TypeNumber:
		return "a number"
	case fastjson.TypeNull:
		return "null"
	}
	return "a boolean"
}
