package parse

import (
	"fmt"
	"math"
	"strconv"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/rollcall-dev/rollcall/schemas"
)

// Check returns why a is no action of the contract, or nil: limits, characters, and event time against now (Unix
// milliseconds). An empty id passes: the caller gives one. That properties are a JSON object is for the decoder to know,
// or for Object.
func Check(a *schemas.Action, now int64) *schemas.Rejection {
	if len(a.Community) == 0 {
		return missing("community", "the community's name: the write key does not belong to exactly one")
	}
	if !schemas.ValidCommunity(a.Community) {
		return invalid("community", "expected 1 to 64 of A-Z a-z 0-9 . _ -, got "+quote(a.Community))
	}
	if len(a.Member) == 0 {
		return missing("member", "who acted")
	}
	if r := identifier("member", a.Member, schemas.MaxMember); r != nil {
		return r
	}
	if r := identifier("id", a.ID, schemas.MaxID); r != nil {
		return r
	}
	if r := identifier("target", a.Target, schemas.MaxMember); r != nil {
		return r
	}
	if !a.Kind.Valid() {
		return missing("kind", "what the member did, as post or comment")
	}
	return checkRest(a, now)
}

func checkRest(a *schemas.Action, now int64) *schemas.Rejection {
	for _, f := range [...]struct {
		name  string
		value []byte
	}{
		{"kind", a.Name}, {"object", a.Object}, {"channel", a.Channel}, {"platform", a.Platform},
		{"campaign", a.Campaign},
	} {
		if r := text(f.name, f.value, schemas.MaxText); r != nil {
			return r
		}
	}
	if a.HasValue && (math.IsNaN(a.Value) || math.IsInf(a.Value, 0)) {
		return invalid("value", "expected a finite number")
	}
	if len(a.Properties) > schemas.MaxProperties {
		return tooLarge("properties", "properties", schemas.MaxProperties, len(a.Properties))
	}
	if r := text("properties", a.Properties, schemas.MaxProperties); r != nil {
		return r
	}
	return checkTime(a.Time, now)
}

const day = 24 * 60 * 60 * 1000

func checkTime(ms, now int64) *schemas.Rejection {
	if ms > now+day {
		return &schemas.Rejection{Reason: schemas.ReasonTimeInFuture, Field: "time",
			Detail: fmt.Sprintf("%s is more than 24 h ahead of now, %s; check the sender's clock, and that numbers are milliseconds",
				iso(ms), iso(now))}
	}
	if ms < schemas.MinTime || ms > schemas.MaxTime {
		return invalid("time", "expected a time from 1970 to 2100, got "+strconv.FormatInt(ms, 10)+" milliseconds since 1970")
	}
	return nil
}

// Member reports whether name can be a member's.
func Member(name string) bool {
	return name != "" && identifier("member", []byte(name), schemas.MaxMember) == nil
}

// identifier checks a name that keys are made of. Control characters in one are always a mistake of the sender's, and
// make two names look the same.
func identifier(field string, b []byte, max int) *schemas.Rejection {
	if r := text(field, b, max); r != nil {
		return r
	}
	for i := 0; i < len(b); {
		c, n := rune(b[i]), 1
		if c >= utf8.RuneSelf {
			c, n = utf8.DecodeRune(b[i:])
		}
		if unicode.IsControl(c) {
			return invalid(field, fmt.Sprintf("must not hold control characters, got %U at byte %d", c, i))
		}
		i += n
	}
	return nil
}

func text(field string, b []byte, max int) *schemas.Rejection {
	if len(b) > max {
		return invalid(field, fmt.Sprintf("must be at most %d bytes, got %d", max, len(b)))
	}
	if !utf8.Valid(b) {
		return invalid(field, "must be UTF-8, got "+quote(b))
	}
	return nil
}

func invalid(field, detail string) *schemas.Rejection {
	return &schemas.Rejection{Reason: schemas.ReasonInvalidField, Field: field, Detail: detail}
}

func missing(field, meaning string) *schemas.Rejection {
	return &schemas.Rejection{Reason: schemas.ReasonMissingField, Field: field, Detail: "is required: " + meaning}
}

func tooLarge(field, what string, most, n int) *schemas.Rejection {
	return &schemas.Rejection{Reason: schemas.ReasonTooLarge, Field: field,
		Detail: fmt.Sprintf("%s may have at most %d bytes, got %d; shorten properties", what, most, n)}
}

// quote shows at most 40 bytes of what was sent.
func quote(b []byte) string {
	const most = 40
	if len(b) > most {
		return strconv.QuoteToASCII(string(b[:most])) + "…"
	}
	return strconv.Quote(string(b))
}

func iso(ms int64) string { return time.UnixMilli(ms).UTC().Format(time.RFC3339) }
