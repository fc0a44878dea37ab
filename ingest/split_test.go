package ingest

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Whatever stands beside it, a good action is accepted, and every item is either accepted or rejected at its index.
func TestNeighboursAreUnaffected(t *testing.T) {
	h := newHarness(t, true, nil)
	junk := []string{`{`, `}`, `]`, `[1]`, `"`, `"a`, `{"a":"`, `nonsense`, `\`, `{"member":7}`, `{"a":[}`, `null`, "\xff", `,`}
	closed := []string{`{}`, `7`, `"a]"`, `[1,[2]]`, `{"a":]}`, `x`, `{"member":7}`, `null`, `{"a":"\\\"}"}`, "\xff"}
	rapid.Check(t, func(rt *rapid.T) {
		array := rapid.Bool().Draw(rt, "array")
		bad := junk
		if array {
			bad = closed // brackets that stay open take what follows with them: it is the same text
		}
		var items []string
		var want []int
		accepted := 0
		for i := range rapid.IntRange(1, 30).Draw(rt, "n") {
			if rapid.Bool().Draw(rt, "good") {
				items = append(items, `{"member":"m","kind":"post","id":"`+strconv.Itoa(i)+`","object":"[}\","}`)
				accepted++
				continue
			}
			items = append(items, rapid.SampledFrom(bad).Draw(rt, "bad"))
			want = append(want, i)
		}
		body := strings.Join(items, "\n")
		if array {
			body = "[" + strings.Join(items, ",") + "]"
		} else if strings.HasPrefix(body, "[") || json.Valid([]byte(body)) && len(items) > 1 {
			rt.Skip("is an array or one object over lines")
		}
		a := h.send(h.one, body)
		var got []int
		for _, r := range a.Rejected {
			got = append(got, r.Index)
		}
		if a.Accepted != accepted || !slices.Equal(got, want) {
			rt.Fatalf("%s\naccepted %d of %d, rejected %v, want %v", body, a.Accepted, accepted, got, want)
		}
	})
}

func FuzzSplit(f *testing.F) {
	for _, s := range []string{"", "[", "[]", "[,]", `[{"a":[1,"]"]},{}]x`, "{\n}\n", "{}\n\n{}", "\ufeff[1]", `["\`, "{\"a\":1}\n{"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		const most = 50
		items, broken := split(nil, body, most)
		if len(items) > most+1 || broken >= len(items) || broken < -1 {
			t.Fatalf("%d items, broken %d", len(items), broken)
		}
		rest := body
		for _, item := range items { // they are the body's own bytes, in order
			i := bytes.Index(rest, item)
			if i < 0 {
				t.Fatalf("%q is not in %q", item, rest)
			}
			rest = rest[i+len(item):]
		}
		var elements []json.RawMessage
		if json.Unmarshal(body, &elements) == nil && elements != nil && len(elements) <= most {
			if len(items) != len(elements) || broken != -1 {
				t.Fatalf("%d items of %d elements, broken %d", len(items), len(elements), broken)
			}
			for i := range items {
				if !bytes.Equal(items[i], elements[i]) {
					t.Fatalf("item %d is %q, want %q", i, items[i], elements[i])
				}
			}
		}
	})
}
