package alert

import (
	"math"

	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/processors/state"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// Save writes the alerts, with what is still to be handed out.
func (a *Alerts) Save(w *state.Writer) {
	w.String(a.community)
	w.Uint(uint64(a.epoch))
	w.String(a.zone)
	w.Int(a.knows)
	w.Int(a.behind)
	w.Uint(uint64(len(a.alerts)))
	for _, e := range a.alerts {
		saveMessage(w, e.alert)
		w.Float(e.excess)
		w.Int(e.told)
		w.Int(e.known)
		w.Bool(e.dirty)
	}
	w.Uint(uint64(len(a.waiting)))
	for _, c := range a.waiting {
		saveMessage(w, c)
	}
	w.Uint(uint64(len(a.silences)))
	for _, s := range a.silences {
		w.String(s.kind)
		w.Int(s.until)
	}
	w.Uint(uint64(len(a.changed)))
	for _, x := range a.changed {
		saveMessage(w, x.alert)
		w.Int(x.known)
	}
}

// Load reads what Save wrote.
func Load(r *state.Reader) *Alerts {
	a := New(r.String(), uint32(r.Uint()))
	a.Zone(r.String())
	a.knows, a.behind = r.Int(), r.Int()
	for range r.Len() {
		e := &entry{alert: new(actionpb.Alert)}
		loadMessage(r, e.alert)
		e.excess, e.told, e.known, e.dirty = r.Float(), r.Int(), r.Int(), r.Bool()
		if math.IsNaN(e.excess) {
			r.Fail()
		}
		a.alerts = append(a.alerts, e)
	}
	for range r.Len() {
		c := new(actionpb.Command)
		loadMessage(r, c)
		a.waiting = append(a.waiting, c)
	}
	for range r.Len() {
		a.silences = append(a.silences, silence{r.String(), r.Int()})
	}
	for range r.Len() {
		x := new(actionpb.Alert)
		loadMessage(r, x)
		a.changed = append(a.changed, changed{x, r.Int()})
	}
	if r.Err() != nil {
		return New("", 0)
	}
	return a
}

func saveMessage(w *state.Writer, m proto.Message) {
	b, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
	if err != nil {
		b = nil // only text that is not UTF-8 can do that, and none came in
	}
	w.String(string(b))
}

func loadMessage(r *state.Reader, m proto.Message) {
	if proto.Unmarshal([]byte(r.String()), m) != nil {
		r.Fail()
	}
}
