package parse

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rollcall-dev/rollcall/schemas"
)

const now = 1_800_000_000_000 // 2027-01-15T08:00:00Z

func options() *Options { return &Options{DefaultTime: now, Now: now, Source: []byte("http")} }

func TestActionReadsEveryField(t *testing.T) {
	var p Parser
	var a schemas.Action
	r := p.Action([]byte(` {"id":"1","community":"c.1","member":"m\u00e9","kind":"vote","time":"2027-01-15T16:00:00.5+08:00",
		"target":"t","object":"o","channel":"ch","platform":"pl","campaign":"ca","value":-1,"unknown":[1,{"x":null}],
		"properties": {"b" : [1, "\u0041\n", 1e400], "a":null} , "version":1} `), options(), &a)
	if r != nil {
		t.Fatal(r)
	}
	want := schemas.Action{Version: 1, ID: []byte("1"), Community: []byte("c.1"), Member: []byte("mé"),
		Kind: schemas.KindVote, Time: now + 500, Target: []byte("t"), Object: []byte("o"), Channel: []byte("ch"),
		Platform: []byte("pl"), Campaign: []byte("ca"), Value: -1, HasValue: true, Source: []byte("http"),
		Properties: []byte(`{"b":[1,"\u0041\n",1e400],"a":null}`)}
	if d := cmp.Diff(want, a); d != "" {
		t.Error(d)
	}
}

func TestActionAccepts(t *testing.T) {
	tests := []struct {
		name, fields string
		want         func(a *schemas.Action) bool
	}{
		{"integer milliseconds", `"kind":"post","time":1800000000001`, func(a *schemas.Action) bool { return a.Time == now+1 }},
		{"float without fraction", `"kind":"post","time":1.8e12`, func(a *schemas.Action) bool { return a.Time == now }},
		{"no time", `"kind":"post"`, func(a *schemas.Action) bool { return a.Time == now }},
		{"null is absent", `"kind":"post","time":null,"value":null,"id":null,"properties":null`,
			func(a *schemas.Action) bool {
				return a.Time == now && !a.HasValue && a.ID == nil && a.Properties == nil
			}},
		{"value zero", `"kind":"survey","value":0`, func(a *schemas.Action) bool { return a.HasValue && a.Value == 0 }},
		{"value to the last bit", `"kind":"purchase","value":123456789.123456789`,
			func(a *schemas.Action) bool { return a.Value == 123456789.123456789 }},
		{"any other kind", `"kind":"Post"`, func(a *schemas.Action) bool {
			return a.Kind == schemas.KindCustom && string(a.Name) == "Post"
		}},
		{"custom with its name", `"kind":"custom","name":"hug"`, func(a *schemas.Action) bool {
			return a.Kind == schemas.KindCustom && string(a.Name) == "hug"
		}},
		{"name of no custom kind", `"kind":"post","name":"hug"`, func(a *schemas.Action) bool { return a.Name == nil }},
		{"last time", `"kind":"post","time":1800086400000`, func(a *schemas.Action) bool { return a.Time == now+day }},
		{"longest member", `"kind":"post","target":"` + strings.Repeat("x", 128) + `"`,
			func(a *schemas.Action) bool { return len(a.Target) == 128 }},
		{"empty text", `"kind":"post","channel":""`, func(a *schemas.Action) bool { return len(a.Channel) == 0 }},
		{"largest properties", `"kind":"post","properties":{"x":"` + strings.Repeat("x", 32<<10-8) + `"}`,
			func(a *schemas.Action) bool { return len(a.Properties) == 32<<10 }},
		{"escaped key", `"k\u0069nd":"post"`, func(a *schemas.Action) bool { return a.Kind == schemas.KindPost }},
		{"brackets in a string", `"kind":"post","object":"` + strings.Repeat("[", 200) + `"`,
			func(a *schemas.Action) bool { return len(a.Object) == 200 }},
	}
	var p Parser
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var a schemas.Action
			if r := p.Action([]byte(`{"community":"c","member":"m",`+tt.fields+`}`), options(), &a); r != nil {
				t.Fatal(r)
			}
			if !tt.want(&a) {
				t.Errorf("got %+v", a)
			}
		})
	}
}

func TestActionRefuses(t *testing.T) {
	ok := func(fields string) string { return `{"community":"c","member":"m","kind":"post",` + fields + `}` }
	tests := []struct {
		name, raw string
		reason    schemas.Reason
		field     string
		detail    string // a part of it
	}{
		{"nothing", "", schemas.ReasonInvalidJSON, "", "nothing"},
		{"no JSON", "member=1", schemas.ReasonInvalidJSON, "", "byte 1"},
		{"broken off", `{"member":"m"`, schemas.ReasonInvalidJSON, "", "unexpected end"},
		{"two objects", `{} {}`, schemas.ReasonInvalidJSON, "", "after top-level value"},
		{"array", `[]`, schemas.ReasonInvalidJSON, "", "an array"},
		{"string", `"x"`, schemas.ReasonInvalidJSON, "", "a string"},
		{"null", `null`, schemas.ReasonInvalidJSON, "", "null"},
		{"NaN", ok(`"value":NaN`), schemas.ReasonInvalidJSON, "", "invalid character 'N'"},
		{"no number", ok(`"value":1-2`), schemas.ReasonInvalidJSON, "", "invalid character '-'"},
		{"raw control character", ok("\"x\":\"a\x01\\n\""), schemas.ReasonInvalidJSON, "", `'\x01' in string literal`},
		{"deep", ok(`"x":` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000)), schemas.ReasonInvalidJSON, "", "deeper than 64"},
		{"no community", `{"member":"m","kind":"post"}`, schemas.ReasonMissingField, "community", "required"},
		{"no member", `{"community":"c","kind":"post"}`, schemas.ReasonMissingField, "member", "required"},
		{"no kind", `{"community":"c","member":"m"}`, schemas.ReasonMissingField, "kind", "required"},
		{"null member", `{"community":"c","member":null,"kind":"post"}`, schemas.ReasonMissingField, "member", "required"},
		{"empty member", `{"community":"c","member":"","kind":"post"}`, schemas.ReasonInvalidField, "member", "empty"},
		{"empty kind", `{"community":"c","member":"m","kind":""}`, schemas.ReasonInvalidField, "kind", "empty"},
		{"empty id", ok(`"id":""`), schemas.ReasonInvalidField, "id", "empty"},
		{"member a number", `{"community":"c","member":7,"kind":"post"}`, schemas.ReasonInvalidField, "member", "expected a string, got a number"},
		{"long member", `{"community":"c","kind":"post","member":"` + strings.Repeat("é", 65) + `"}`, schemas.ReasonInvalidField, "member", "at most 128 bytes, got 130"},
		{"control character", ok(`"target":"a\u0007"`), schemas.ReasonInvalidField, "target", "U+0007 at byte 1"},
		{"C1 control character", ok(`"id":"\u0085"`), schemas.ReasonInvalidField, "id", "U+0085"},
		{"not UTF-8", ok("\"channel\":\"a\xff\""), schemas.ReasonInvalidField, "channel", `UTF-8, got "a\xff"`},
		{"properties not UTF-8", ok("\"properties\":{\"a\":\"\xff\"}"), schemas.ReasonInvalidField, "properties", "UTF-8"},
		{"community", `{"community":"a b","member":"m","kind":"post"}`, schemas.ReasonInvalidField, "community", `"a b"`},
		{"long kind", `{"community":"c","member":"m","kind":"` + strings.Repeat("k", 257) + `"}`, schemas.ReasonInvalidField, "kind", "at most 256"},
		{"long channel", ok(`"channel":"` + strings.Repeat("k", 257) + `"`), schemas.ReasonInvalidField, "channel", "at most 256"},
		{"time without zone", ok(`"time":"2026-01-01T00:00:00"`), schemas.ReasonInvalidField, "time", "RFC 3339"},
		{"time as words", ok(`"time":"yesterday"`), schemas.ReasonInvalidField, "time", `got "yesterday"`},
		{"time with fraction", ok(`"time":1.5`), schemas.ReasonInvalidField, "time", "got \"1.5\""},
		{"huge time", ok(`"time":1e300`), schemas.ReasonInvalidField, "time", "RFC 3339"},
		{"boolean time", ok(`"time":true`), schemas.ReasonInvalidField, "time", "a boolean"},
		{"before 1970", ok(`"time":-1`), schemas.ReasonInvalidField, "time", "1970 to 2100"},
		{"after 2100", ok(`"time":"2100-01-01T00:00:00.001Z"`), schemas.ReasonTimeInFuture, "time", "24 h ahead"},
		{"microseconds", ok(`"time":1800000000000000`), schemas.ReasonTimeInFuture, "time", "numbers are milliseconds"},
		{"future", ok(`"time":1800086400001`), schemas.ReasonTimeInFuture, "time", "24 h ahead"},
		{"value a string", ok(`"value":"1"`), schemas.ReasonInvalidField, "value", "expected a number, got a string"},
		{"infinite value", ok(`"value":1e999`), schemas.ReasonInvalidField, "value", "finite"},
		{"properties an array", ok(`"properties":[]`), schemas.ReasonInvalidField, "properties", "an array"},
		{"twice", ok(`"member":"n"`), schemas.ReasonInvalidField, "member", "twice"},
		{"twice by escape", ok(`"memb\u0065r":"n"`), schemas.ReasonInvalidField, "member", "twice"},
		{"newer version", ok(`"version":2,"member":3`), schemas.ReasonUnsupportedVersion, "version", "newer than 1"},
		{"version", ok(`"version":"1"`), schemas.ReasonInvalidField, "version", "integer"},
		{"negative version", ok(`"version":-1`), schemas.ReasonInvalidField, "version", "integer"},
		{"properties too large", ok(`"properties":{"x":"` + strings.Repeat("x", 32<<10-7) + `"}`), schemas.ReasonTooLarge, "properties", "32768"},
		{"too large", ok(`"properties":{"x":"` + strings.Repeat("x", 36<<10) + `"}`), schemas.ReasonTooLarge, "", "36864"},
	}
	var p Parser
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var a schemas.Action
			r := p.Action([]byte(tt.raw), options(), &a)
			if r == nil {
				t.Fatalf("accepted as %+v", a)
			}
			if r.Reason != tt.reason || r.Field != tt.field || !strings.Contains(r.Detail, tt.detail) {
				t.Errorf("got %s %q %q, want %s %q …%s…", r.Reason, r.Field, r.Detail, tt.reason, tt.field, tt.detail)
			}
		})
	}
}

func TestTimeIsRequiredWithoutDefault(t *testing.T) {
	var p Parser
	var a schemas.Action
	r := p.Action([]byte(`{"member":"m","kind":"post"}`), &Options{Community: []byte("c"), Now: now}, &a)
	if r == nil || r.Reason != schemas.ReasonMissingField || r.Field != "time" {
		t.Errorf("got %v", r)
	}
}

func TestCheckOfOtherForms(t *testing.T) {
	good := func() schemas.Action {
		return schemas.Action{Version: 1, Community: []byte("c"), Member: []byte("m"), Kind: schemas.KindPost, Time: now}
	}
	a := good()
	if r := Check(&a, now); r != nil {
		t.Fatal(r)
	}
	for name, spoil := range map[string]func(a *schemas.Action){
		"kind":       func(a *schemas.Action) { a.Kind = 99 },
		"properties": func(a *schemas.Action) { a.Properties = make([]byte, schemas.MaxProperties+1) },
		"value":      func(a *schemas.Action) { a.HasValue, a.Value = true, 1/zero },
	} {
		a := good()
		spoil(&a)
		if r := Check(&a, now); r == nil || r.Field != name {
			t.Errorf("%q: got %v", name, r)
		}
	}
}

var zero float64

func FuzzAction(f *testing.F) {
	for _, s := range []string{
		`{"id":"1","community":"c","member":"m","kind":"vote","time":"2027-01-15T16:00:00.5+08:00","value":-1}`,
		`{"community":"c","member":"m","kind":"x","time":1.8e12,"properties":{"a":[1,{"b":"\ud800"}]}}`,
		`{"member":"m","member":"m"}`, `[[[[`, `{"version":2}`, "{\"member\":\"\xff\"}", `{"value":inf}`, `{"k\u0069nd":null}`,
	} {
		f.Add([]byte(s))
	}
	var p Parser
	f.Fuzz(func(t *testing.T, raw []byte) {
		var a schemas.Action
		o := options()
		o.Community = []byte("c")
		if r := p.Action(raw, o, &a); r != nil {
			if r.Reason == "" || r.Detail == "" {
				t.Errorf("unexplained: %+v", r)
			}
			return
		}
		if !json.Valid(raw) {
			t.Errorf("accepted what is not JSON: %q", raw)
		}
		if len(a.Properties) > 0 && (a.Properties[0] != '{' || !json.Valid(a.Properties)) {
			t.Errorf("properties %q", a.Properties)
		}
		a.ID = append([]byte{'i'}, a.ID...)
		var back schemas.Action
		if _, err := schemas.DecodeRecord(a.Append(nil), &back); err != nil {
			t.Errorf("the log would not take %+v: %v", a, err)
		}
	})
}

func BenchmarkAction(b *testing.B) {
	raw := []byte(`{"id":"0198c0de-0000-7000-8000-000000000001","community":"demo","member":"member-12345","kind":"comment","time":"2027-01-15T16:00:00.5+08:00","target":"member-2","object":"post-77","channel":"general","platform":"forum","properties":{"length":120,"tags":["a","b"]}}`)
	var p Parser
	var a schemas.Action
	o := options()
	b.ReportAllocs()
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		if r := p.Action(raw, o, &a); r != nil {
			b.Fatal(r)
		}
	}
}

func ExampleParser_Action() {
	var p Parser
	var a schemas.Action
	r := p.Action([]byte(`{"member":"m1","kind":"post","time":"yesterday"}`), &Options{Community: []byte("demo"), Now: now}, &a)
	fmt.Println(r)
	// Output: invalid_field: time: expected RFC 3339 with a zone, as 2026-01-31T12:00:00Z, or integer Unix milliseconds, got "yesterday"
}
