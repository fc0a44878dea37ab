package processors

import (
	"testing"

	"github.com/rollcall-dev/rollcall/processors/state"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// A snapshot is checked by its checksum before it is loaded; what passes by chance, or was written by another version,
// must still be refused or loaded, never a panic or memory without end.
func FuzzLoad(f *testing.F) {
	m, c := NewMembers(0, 1), NewCommunities()
	for i := range int64(40) {
		a := schemas.Action{Version: 1, Community: []byte("c"), Member: []byte{'a' + byte(i%7)}, ID: []byte{byte(i), 1}, Kind: schemas.KindPost, Channel: []byte("x"), Time: 1_700_000_000_000 + i*900_000}
		m.Apply(i, a.Append(nil))
	}
	m.Apply(40, control(&actionpb.Control{Tick: &actionpb.Tick{Community: "c", Time: 1_700_100_000_000}}))
	for i, s := range m.Flush().Signals {
		c.Apply(int64(i), s.Value)
	}
	c.Flush()
	m.Delivered()
	c.Delivered()
	for _, fold := range []Fold{m, c} {
		var w state.Writer
		fold.Save(&w)
		f.Add(w.Bytes())
		if err := map[bool]Fold{true: NewMembers(0, 1), false: NewCommunities()}[fold == Fold(m)].Load(state.NewReader(w.Bytes())); err != nil {
			f.Fatal(err)
		}
	}
	f.Fuzz(func(_ *testing.T, b []byte) {
		for _, fold := range []Fold{NewMembers(0, 1), NewCommunities()} {
			if fold.Load(state.NewReader(b)) == nil {
				fold.Flush()
			}
		}
	})
}
