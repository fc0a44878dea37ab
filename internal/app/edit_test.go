package app

import (
	"encoding/json"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

func TestEdits(t *testing.T) {
	const event = `{"member":"a.b","n":12345678901234567890,"properties":{"x":{"y":1}}}`
	for _, c := range []struct{ edit, want string }{
		{`s/a\.b/c/`, `{"member":"c","n":12345678901234567890,"properties":{"x":{"y":1}}}`},
		{`s/1/2/`, strings.Replace(event, "1", "2", 1)},
		{`s/1/2/g`, strings.ReplaceAll(event, "1", "2")},
		{`s/MEMBER/who/i`, strings.Replace(event, "member", "who", 1)},
		{`s/none/x/`, event},
		{`s|"(\w)\.(\w)"|"\2/\1$1"|`, strings.Replace(event, "a.b", "b/a$1", 1)},
		{`s/"a\.b"/"a\/b"/`, strings.Replace(event, "a.b", "a/b", 1)},
		{`member=7`, `{"member":"7","n":12345678901234567890,"properties":{"x":{"y":1}}}`},
		{`member="7"`, `{"member":"7","n":12345678901234567890,"properties":{"x":{"y":1}}}`},
		{`s=7`, `{"member":"a.b","n":12345678901234567890,"properties":{"x":{"y":1}},"s":7}`},
		{`n=`, `{"member":"a.b","properties":{"x":{"y":1}}}`},
		{`n=a=b`, `{"member":"a.b","n":"a=b","properties":{"x":{"y":1}}}`},
		{`properties.x.y=[true]`, `{"member":"a.b","n":12345678901234567890,"properties":{"x":{"y":[true]}}}`},
		{`properties.z.y=a b`, `{"member":"a.b","n":12345678901234567890,"properties":{"x":{"y":1},"z":{"y":"a b"}}}`},
		{`member.x=1`, ""},
	} {
		edit, err := ParseEdit(c.edit)
		if err != nil {
			t.Errorf("%s: %v", c.edit, err)
			continue
		}
		got, err := edit([]byte(event))
		if string(got) != c.want || (err != nil) != (c.want == "") {
			t.Errorf("%s: %s %v, want %s", c.edit, got, err, c.want)
		}
	}
	for _, bad := range []string{"", "x", "=x", "s/a", "s/a/b", "s/a/b/c/", "s/a/b/x", "s/(/b/", `s/a/b\/`} {
		if _, err := ParseEdit(bad); !IsUsage(err) {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

func FuzzParseEdit(f *testing.F) {
	f.Add(`s/a(.)/\1\9$0/gi`, `{"a":1}`)
	f.Add(`properties.x=1`, `{"properties":null}`)
	f.Add(`a..b=`, `[]`)
	f.Fuzz(func(_ *testing.T, text, event string) {
		if edit, err := ParseEdit(text); err == nil {
			_, _ = edit([]byte(event))
		}
	})
}

// What a bad event leaves out comes from its row, and what Segment sent becomes an action.
func TestMended(t *testing.T) {
	for name, c := range map[string]struct{ source, community, payload, want string }{
		"from its row":  {"http", "c", `{"member":"a"}`, `{"community":"c","id":"rejected-d","member":"a","time":1000}`},
		"its own":       {"http", "c", `{"community":"e","id":"i","time":2}`, `{"community":"e","id":"i","time":2}`},
		"filed nowhere": {"http", "", `{"member":"a"}`, `{"id":"rejected-d","member":"a","time":1000}`},
		"no object":     {"file:x:1", "c", `[1]`, "it is not a JSON object: make one of it"},
		"no text":       {"kafka", "c", "\xff\x00", "it is not a JSON object"},
		"of segment": {"segment", "c", `{"type":"track","event":"Vote","userId":"a","messageId":"m","timestamp":"2026-01-01T00:00:00Z","properties":{"value":2,"community":"e"}}`,
			`{"community":"e","id":"m","kind":"vote","member":"a","properties":{"value":2,"community":"e"},"time":1767225600000,"value":2}`},
		"of segment, from its row": {"segment", "c", `{"event":"Spun","userId":"a"}`, `{"community":"c","id":"rejected-d","kind":"Spun","member":"a","time":1000}`},
		"of segment, still bad":    {"segment", "c", `{"type":"track","event":"Vote"}`, "userId"},
	} {
		got, err := mended(&Rejected{ID: "d", Source: c.source, Community: c.community, Received: 1000, Payload: []byte(c.payload)}, nil)
		if !strings.HasPrefix(c.want, "{") {
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %s, %v, want %s", name, got, err, c.want)
			}
			continue
		}
		var g, w any
		if err != nil || json.Unmarshal(got, &g) != nil || json.Unmarshal([]byte(c.want), &w) != nil {
			t.Errorf("%s: %s, %v", name, got, err)
		}
		if diff := gocmp.Diff(w, g); diff != "" {
			t.Errorf("%s: -want +got:\n%s", name, diff)
		}
	}
}
