package load

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/rollcall-dev/rollcall/schemas"
)

// The same seed gives the same bytes, another one others; all decode; the sizes are those that the report names.
func TestSameSeedSameBytes(t *testing.T) {
	o := Options{Seed: 1, Members: 1000, Zipf: 1.1, Prelude: true, Events: 20_000, Communities: 4, Days: 28}
	first, size := encode(t, o)
	again, _ := encode(t, o)
	if !bytes.Equal(first, again) {
		t.Error("the same options gave other actions")
	}
	o.Seed = 2
	if other, _ := encode(t, o); bytes.Equal(first, other) {
		t.Error("another seed gave the same actions")
	}
	if size < 190 || size > 270 {
		t.Errorf("%d bytes an action", size)
	}
}

func encode(t *testing.T, o Options) (all []byte, mean int) {
	t.Helper()
	g, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	var a, back schemas.Action
	members, last := map[string]bool{}, int64(0)
	for n := 0; g.Next(&a); n++ {
		at := len(all)
		all = a.Append(all)
		if _, err := schemas.DecodeRecord(all[at:], &back); err != nil {
			t.Fatal(err)
		}
		members[string(a.Member)] = true
		if n == o.PreludeEvents() && len(members) != o.Members {
			t.Fatalf("%d members after the prelude, want %d", len(members), o.Members)
		}
		if a.Time < last {
			t.Fatal("time falls")
		}
		last = a.Time
		if !json.Valid(AppendJSON(nil, &a)) {
			t.Fatalf("no JSON: %s", AppendJSON(nil, &a))
		}
	}
	return all, len(all) / o.Total()
}
