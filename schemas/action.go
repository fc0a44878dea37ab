package schemas

import "errors"

// Version is the version of Action and Control that this program writes, and the newest it reads.
const Version = 1

// Limits of one action (contract.md), in bytes.
const (
	MaxID         = 128
	MaxMember     = 128
	MaxCommunity  = 64
	MaxText       = 256 // object, channel, platform, campaign, name
	MaxProperties = 32 << 10
	MaxAction     = 36 << 10 // one action as it came: the largest properties, and room for all other fields
)

// MinTime and MaxTime bound event time, in Unix milliseconds: what DateTime64(3) of the read model holds without
// surprises.
const (
	MinTime = 0
	MaxTime = 4102444800000 // 2100-01-01
)

// Action is one thing one member did. Its byte fields may alias the buffer it was decoded from and are valid only as
// long as that is; whoever keeps one copies it. Times are Unix milliseconds.
type Action struct {
	Version    uint32
	Kind       Kind
	HasValue   bool
	Community  []byte
	Member     []byte
	ID         []byte
	Name       []byte // of a custom kind
	Time       int64
	Target     []byte
	Object     []byte
	Channel    []byte
	Platform   []byte
	Campaign   []byte
	Value      float64
	Properties []byte // a JSON object
	Source     []byte
	Received   int64
}

// Errors of DecodeRecord.
var (
	// ErrVersion: the record was written by a newer program. It is kept as rejected, with reason unsupported_version.
	ErrVersion = errors.New("record of a newer version than this program reads")
	// ErrEncoding: the bytes are no record. It is kept as rejected, with reason invalid_field.
	ErrEncoding = errors.New("not a record of this topic")
)

// ValidCommunity reports whether name can be a community's: [A-Za-z0-9._-]{1,64}.
func ValidCommunity[T []byte | string](name T) bool {
	if len(name) == 0 || len(name) > MaxCommunity {
		return false
	}
	for i := range len(name) {
		switch c := name[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '.', c == '_', c == '-':
		default:
			return false
		}
	}
	return true
}

// Key appends the Kafka key of the action, community|member, which decides its partition.
func (a *Action) Key(dst []byte) []byte {
	dst = append(dst, a.Community...)
	dst = append(dst, '|')
	return append(dst, a.Member...)
}
