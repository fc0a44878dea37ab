package schemas

import (
	"encoding/binary"
	"math"
	"slices"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// Field numbers of action.proto.
const (
	fVersion = iota + 1
	fCommunity
	fMember
	fID
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
	fSource
	fFirstControl      // from here on a field belongs to Control…
	fReceived     = 30 // …but this one
)

// Append appends the action's protobuf encoding, byte for byte what the protobuf library writes for the same message,
// and allocates nothing but dst's growth.
func (a *Action) Append(dst []byte) []byte {
	dst = appendVarint(dst, fVersion, uint64(a.Version))
	dst = appendBytes(dst, fCommunity, a.Community)
	dst = appendBytes(dst, fMember, a.Member)
	dst = appendBytes(dst, fID, a.ID)
	dst = appendVarint(dst, fKind, uint64(a.Kind))
	dst = appendBytes(dst, fName, a.Name)
	dst = appendVarint(dst, fTime, uint64(a.Time))
	dst = appendBytes(dst, fTarget, a.Target)
	dst = appendBytes(dst, fObject, a.Object)
	dst = appendBytes(dst, fChannel, a.Channel)
	dst = appendBytes(dst, fPlatform, a.Platform)
	dst = appendBytes(dst, fCampaign, a.Campaign)
	if a.HasValue {
		dst = append(dst, fValue<<3|byte(protowire.Fixed64Type))
		dst = protowire.AppendFixed64(dst, math.Float64bits(a.Value))
	}
	dst = appendBytes(dst, fProperties, a.Properties)
	dst = appendBytes(dst, fSource, a.Source)
	return AppendReceived(dst, a.Received)
}

// AppendReceived appends the time of acceptance to an encoded action that has none yet: it is the last field.
func AppendReceived(dst []byte, ms int64) []byte {
	if ms == 0 {
		return dst
	}
	dst = protowire.AppendTag(dst, fReceived, protowire.VarintType)
	return protowire.AppendVarint(dst, uint64(ms))
}

func appendBytes(dst []byte, field byte, v []byte) []byte {
	if len(v) == 0 {
		return dst
	}
	dst = append(dst, field<<3|byte(protowire.BytesType))
	dst = protowire.AppendVarint(dst, uint64(len(v)))
	return append(dst, v...)
}

func appendVarint(dst []byte, field byte, v uint64) []byte {
	if v == 0 {
		return dst
	}
	dst = append(dst, field<<3)
	return protowire.AppendVarint(dst, v)
}

// DecodeRecord reads a record of rollcall.actions. An action is decoded into a, whose fields alias b, and control is
// nil; a control record is returned and leaves a undefined. Older versions are upcast. Errors are ErrVersion and
// ErrEncoding, neither wrapped, and a then holds what could be read.
func DecodeRecord(b []byte, a *Action) (control *actionpb.Control, err error) {
	*a = Action{}
	isControl, err := a.decode(b)
	if a.Version > Version {
		return nil, ErrVersion
	}
	if isControl {
		c := new(actionpb.Control)
		if proto.Unmarshal(b, c) != nil || !exactlyOne(c.Tick != nil, c.Settings != nil, c.Rebuild != nil) || !named(c) {
			return nil, ErrEncoding
		}
		return c, nil
	}
	if err != nil {
		return nil, err
	}
	if len(b) > 2*MaxAction || !ValidCommunity(a.Community) || len(a.Member) == 0 || len(a.ID) == 0 || !a.Kind.Valid() ||
		a.Time < MinTime || a.Time > MaxTime || a.HasValue && (math.IsNaN(a.Value) || math.IsInf(a.Value, 0)) {
		return nil, ErrEncoding
	}
	upcast(a)
	return nil, nil
}

// named reports whether a control record names a community that can be, or all of them.
func named(c *actionpb.Control) bool {
	switch {
	case c.Tick != nil:
		return c.Tick.Community == "" || ValidCommunity(c.Tick.Community)
	case c.Settings != nil:
		return ValidCommunity(c.Settings.Community)
	}
	return ValidCommunity(c.Rebuild.Community)
}

func exactlyOne(set ...bool) bool {
	n := 0
	for _, s := range set {
		if s {
			n++
		}
	}
	return n == 1
}

// upcast brings an action of an older version to Version. Version 0 is what a writer sends that leaves the field out;
// it means the same as 1.
func upcast(a *Action) {
	if a.Version == 0 {
		a.Version = 1
	}
}

// decode walks the wire format. It stops with control true at the first field that only a Control has.
func (a *Action) decode(b []byte) (control bool, err error) {
	for len(b) > 0 {
		// Nearly every field is a text of less than 128 bytes behind a tag of one byte.
		if len(b) > 1 && b[0]&0x87 == byte(protowire.BytesType) && b[0] > 7 && b[1] < 0x80 && int(b[1]) <= len(b)-2 {
			n := 2 + int(b[1])
			if f := a.bytesField(protowire.Number(b[0] >> 3)); f != nil {
				v := b[2:n:n]
				if !ascii(v) && !utf8.Valid(v) {
					return false, ErrEncoding
				}
				*f = v
			}
			b = b[n:]
			continue
		}
		num, typ, n := protowire.ConsumeTag(b)
		if n < 0 || !num.IsValid() {
			return false, ErrEncoding
		}
		b = b[n:]
		switch typ {
		case protowire.VarintType:
			v, n := protowire.ConsumeVarint(b)
			if n < 0 {
				return false, ErrEncoding
			}
			b = b[n:]
			a.setVarint(num, v)
		case protowire.BytesType:
			v, n := protowire.ConsumeBytes(b)
			if n < 0 {
				return false, ErrEncoding
			}
			if num >= fFirstControl && num < fReceived {
				return true, nil
			}
			b = b[n:]
			if f := a.bytesField(num); f != nil {
				if !utf8.Valid(v) {
					return false, ErrEncoding
				}
				*f = slices.Clip(v)
			}
		default:
			n := protowire.ConsumeFieldValue(num, typ, b)
			if n < 0 {
				return false, ErrEncoding
			}
			if num == fValue && typ == protowire.Fixed64Type {
				v, _ := protowire.ConsumeFixed64(b)
				a.Value, a.HasValue = math.Float64frombits(v), true
			}
			b = b[n:]
		}
	}
	return false, nil
}

func (a *Action) setVarint(num protowire.Number, v uint64) {
	switch num {
	case fVersion:
		a.Version = uint32(v)
	case fKind:
		a.Kind = 0 // an enum value of a newer program is not ours: DecodeRecord refuses it
		if int32(v) > 0 && int32(v) < int32(kindEnd) {
			a.Kind = Kind(v)
		}
	case fTime:
		a.Time = int64(v)
	case fReceived:
		a.Received = int64(v)
	}
}

// ascii reports whether a text holds nothing but ASCII, eight bytes at a time; the last eight may overlap the others.
func ascii(v []byte) bool {
	if len(v) < 8 {
		var all byte
		for _, c := range v {
			all |= c
		}
		return all < 0x80
	}
	all := binary.LittleEndian.Uint64(v[len(v)-8:])
	for ; len(v) >= 8; v = v[8:] {
		all |= binary.LittleEndian.Uint64(v)
	}
	return all&0x8080808080808080 == 0
}

func (a *Action) bytesField(num protowire.Number) *[]byte {
	switch num {
	case fCommunity:
		return &a.Community
	case fMember:
		return &a.Member
	case fID:
		return &a.ID
	case fName:
		return &a.Name
	case fTarget:
		return &a.Target
	case fObject:
		return &a.Object
	case fChannel:
		return &a.Channel
	case fPlatform:
		return &a.Platform
	case fCampaign:
		return &a.Campaign
	case fProperties:
		return &a.Properties
	case fSource:
		return &a.Source
	}
	return nil
}
