package segment

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rollcall-dev/rollcall/ingest/parse"
	"github.com/rollcall-dev/rollcall/schemas"
)

const now = 1_800_000_000_000

func options() *parse.Options {
	return &parse.Options{Community: []byte("c"), DefaultTime: now, Now: now, Source: []byte("segment")}
}

func TestEvent(t *testing.T) {
	base := func(change func(a *schemas.Action)) schemas.Action {
		a := schemas.Action{Version: 1, Community: []byte("c"), Member: []byte("u"), Kind: schemas.KindPost, Time: now, Source: []byte("segment")}
		change(&a)
		return a
	}
	for name, tt := range map[string]struct {
		call, body string
		want       schemas.Action
	}{
		"least": {"track", `{"userId":"u","event":"post"}`, base(func(a *schemas.Action) {})},
		"user before anonymous": {"track", `{"anonymousId":"a","userId":"u","event":"Post","messageId":"1","timestamp":"2027-01-15T16:00:00.001+08:00"}`,
			base(func(a *schemas.Action) { a.ID, a.Time = []byte("1"), now+1 })},
		"empty user, numbers": {"track", `{"anonymousId":7,"userId":"","event":"POST","timestamp":1799999999999}`,
			base(func(a *schemas.Action) { a.Member, a.Time = []byte("7"), now-1 })},
		"null user": {"track", `{"anonymousId":"u","userId":null,"event":"post","timestamp":null,"properties":null,"context":null}`,
			base(func(a *schemas.Action) {})},
		"every property": {"track", `{"userId":"u","event":"post","channel":"server","context":{"campaign":{"name":"no"}},
			"properties":{"channel":"ch","object":"o","target":"t","platform":"p","campaign":"ca","revenue":1,"value":2.5}}`,
			base(func(a *schemas.Action) {
				a.Channel, a.Object, a.Target, a.Platform, a.Campaign = []byte("ch"), []byte("o"), []byte("t"), []byte("p"), []byte("ca")
				a.Value, a.HasValue = 2.5, true
				a.Properties = []byte(`{"channel":"ch","object":"o","target":"t","platform":"p","campaign":"ca","revenue":1,"value":2.5}`)
			})},
		"from context": {"track", `{"userId":"u","event":"post","channel":"server","context":{"campaign":{"name":"spring"}}}`,
			base(func(a *schemas.Action) { a.Platform, a.Campaign = []byte("server"), []byte("spring") })},
		"properties of another form": {"track", `{"userId":"u","event":"post","channel":9,"properties":{"channel":{"id":1},"object":7,"target":"a\nb","value":"x","campaign":"` + strings.Repeat("x", 257) + `"}}`,
			base(func(a *schemas.Action) {
				a.Properties = []byte(`{"channel":{"id":1},"object":7,"target":"a\nb","value":"x","campaign":"` + strings.Repeat("x", 257) + `"}`)
			})},
		"escapes stay as sent": {"track", `{"userId":"u","event":"post","properties":{ "channel":"\u0001\"", "\u0001k" : "\u0007" }}`,
			base(func(a *schemas.Action) {
				a.Channel, a.Properties = []byte("\x01\""), []byte(`{"channel":"\u0001\"","\u0001k":"\u0007"}`)
			})},
		"custom": {"track", `{"userId":"u","event":"Signed Up"}`,
			base(func(a *schemas.Action) { a.Kind, a.Name = schemas.KindCustom, []byte("Signed Up") })},
		"page by name": {"page", `{"userId":"u","name":"Home","properties":{"url":"https://e.org/"}}`, base(func(a *schemas.Action) {
			a.Kind, a.Object, a.Properties = schemas.KindView, []byte("Home"), []byte(`{"url":"https://e.org/"}`)
		})},
		"page by address": {"page", `{"userId":"u","properties":{"url":"https://e.org/a?b#c"}}`, base(func(a *schemas.Action) {
			a.Kind, a.Object, a.Properties = schemas.KindView, []byte("https://e.org/a"), []byte(`{"url":"https://e.org/a?b#c"}`)
		})},
		"page of a long address": {"page", `{"userId":"u","properties":{"url":"https://e.org/` + strings.Repeat("x", 256) + `"}}`, base(func(a *schemas.Action) {
			a.Kind, a.Properties = schemas.KindView, []byte(`{"url":"https://e.org/`+strings.Repeat("x", 256)+`"}`)
		})},
		"screen": {"screen", `{"userId":"u","name":"Home"}`, base(func(a *schemas.Action) { a.Kind, a.Object = schemas.KindView, []byte("Home") })},
		"alias": {"alias", `{"userId":"u","previousId":"v"}`, base(func(a *schemas.Action) {
			a.Kind, a.Name, a.Properties = schemas.KindCustom, []byte("alias"), []byte(`{"previousId":"v"}`)
		})},
	} {
		t.Run(name, func(t *testing.T) {
			var d Decoder
			for _, batched := range []bool{false, true} {
				call, body := tt.call, tt.body
				if batched {
					call, body = "batch", `{"batch":[7,{"type":"`+tt.call+`",`+tt.body[1:]+`]}`
				}
				if r := d.Read(call, []byte(body)); r != nil {
					t.Fatal(r)
				}
				var a schemas.Action
				raw, r := d.Event(d.Len()-1, options(), &a)
				if r != nil {
					t.Fatal(r)
				}
				if diff := cmp.Diff(tt.want, a); diff != "" {
					t.Errorf("batched %v: %s", batched, diff)
				}
				if !json.Valid(raw) {
					t.Errorf("raw %q", raw)
				}
			}
		})
	}
}

func TestCommunityOfAnEvent(t *testing.T) {
	var d Decoder
	for body, want := range map[string]string{
		`{"userId":"u","event":"post","properties":{"community":"p"},"context":{"community":"x"}}`: "p",
		`{"userId":"u","event":"post","context":{"community":"x"}}`:                                "x",
	} {
		if r := d.Read("track", []byte(body)); r != nil {
			t.Fatal(r)
		}
		var a schemas.Action
		o := options()
		if d.Event(0, o, &a); string(a.Community) != "c" {
			t.Errorf("%s: %q, want the key's", body, a.Community)
		}
		o.Community = nil
		if d.Event(0, o, &a); string(a.Community) != want {
			t.Errorf("%s: %q", body, a.Community)
		}
	}
}

func TestRefused(t *testing.T) {
	for name, tt := range map[string]struct {
		event  string
		reason schemas.Reason
		field  string
	}{
		"no object":   {`7`, schemas.ReasonInvalidJSON, ""},
		"nobody":      {`{"type":"track","event":"post"}`, schemas.ReasonMissingField, "userId"},
		"no event":    {`{"type":"track","userId":"u"}`, schemas.ReasonMissingField, "event"},
		"no type":     {`{"userId":"u","event":"post"}`, schemas.ReasonInvalidField, "type"},
		"nested":      {`{"type":"batch","userId":"u"}`, schemas.ReasonInvalidField, "type"},
		"time":        {`{"type":"track","event":"post","userId":"u","timestamp":"soon"}`, schemas.ReasonInvalidField, "timestamp"},
		"time object": {`{"type":"track","event":"post","userId":"u","timestamp":{}}`, schemas.ReasonInvalidField, "timestamp"},
		"future":      {`{"type":"track","event":"post","userId":"u","timestamp":1900000000000}`, schemas.ReasonTimeInFuture, "time"},
		"long user":   {`{"type":"track","event":"post","userId":"` + strings.Repeat("u", 129) + `"}`, schemas.ReasonInvalidField, "member"},
		"large":       {`{"type":"track","event":"post","userId":"u","x":"` + strings.Repeat("u", 32<<10) + `"}`, schemas.ReasonTooLarge, ""},
	} {
		var d Decoder
		if r := d.Read("batch", []byte(`{"writeKey":"k","batch":[`+tt.event+`]}`)); r != nil {
			t.Fatal(r)
		}
		var a schemas.Action
		raw, r := d.Event(0, options(), &a)
		if r == nil || r.Reason != tt.reason || r.Field != tt.field || r.Detail == "" || string(raw) != tt.event {
			t.Errorf("%s: %v of %s", name, r, raw)
		}
		if d.WriteKey() != "k" {
			t.Errorf("write key %q", d.WriteKey())
		}
	}
	for _, body := range []string{``, `[`, `[]`, `{}`, `{"batch":{}}`, `{"batch":null}`, `null`, `{"batch":[],}`} {
		var d Decoder
		if r := d.Read("batch", []byte(body)); r == nil || d.Len() != 0 {
			t.Errorf("%s: accepted", body)
		}
	}
}

func FuzzDecoder(f *testing.F) {
	f.Add("batch", []byte(`{"batch":[{"type":"track","userId":"u","event":"post","properties":{"channel":"\u0001"}},7],"writeKey":"k"}`))
	f.Add("page", []byte(`{"userId":"u","name":"n","properties":{"url":"x?y"},"context":{"campaign":{"name":"s"}}}`))
	f.Add("alias", []byte(`{"userId":1e9,"previousId":{"a":"\n"},"timestamp":1.8e12}`))
	f.Add("identify", []byte(`{"anonymousId":"a","traits":{"value":1e999}}`))
	var d Decoder
	f.Fuzz(func(t *testing.T, call string, body []byte) {
		before := bytes.Clone(body)
		if d.Read(call, body) != nil {
			return
		}
		d.WriteKey()
		for i := range d.Len() {
			var a schemas.Action
			raw, r := d.Event(i, options(), &a)
			if !json.Valid(raw) {
				t.Fatalf("raw %q of %q", raw, body)
			}
			if r != nil {
				continue
			}
			if len(a.Properties) > 0 && (a.Properties[0] != '{' || !json.Valid(a.Properties)) {
				t.Errorf("properties %q of %q", a.Properties, raw)
			}
			a.ID = append([]byte{'i'}, a.ID...)
			var back schemas.Action
			if _, err := schemas.DecodeRecord(a.Append(nil), &back); err != nil {
				t.Errorf("the log would not take %+v: %v", a, err)
			}
		}
		if !bytes.Equal(before, body) {
			t.Error("the body was changed")
		}
	})
}
