package load

import (
	"strconv"

	"github.com/rollcall-dev/rollcall/schemas"
)

// AppendJSON appends the action as the JSON object that the collector takes. None of its texts needs escaping. What the
// collector adds, the source and the time of acceptance, is not in it.
func AppendJSON(b []byte, a *schemas.Action) []byte {
	b = append(b, `{"id":"`...)
	b = append(b, a.ID...)
	b = append(b, `","community":"`...)
	b = append(b, a.Community...)
	b = append(b, `","member":"`...)
	b = append(b, a.Member...)
	b = append(b, `","kind":"`...)
	b = append(b, a.Kind.String()...)
	b = append(b, `","time":`...)
	b = strconv.AppendInt(b, a.Time, 10)
	b = appendText(b, `,"target":"`, a.Target)
	b = appendText(b, `,"object":"`, a.Object)
	b = appendText(b, `,"channel":"`, a.Channel)
	b = appendText(b, `,"platform":"`, a.Platform)
	if a.HasValue {
		b = append(b, `,"value":`...)
		b = strconv.AppendFloat(b, a.Value, 'g', -1, 64)
	}
	if len(a.Properties) > 0 {
		b = append(b, `,"properties":`...)
		b = append(b, a.Properties...)
	}
	return append(b, '}')
}

func appendText(b []byte, head string, text []byte) []byte {
	if len(text) == 0 {
		return b
	}
	b = append(b, head...)
	b = append(b, text...)
	return append(b, '"')
}
