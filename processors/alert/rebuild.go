package alert

import (
	"math"
	"slices"

	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// never is an instant before all.
const never = math.MinInt64

// Live makes the alerts of a rebuild's second state those that people hear of. Of what happened up to at, which lies behind,
// they are told only what is still open, as it stands, wherever the second state was published on its way.
func (a *Alerts) Live(at int64) { a.behind = at }

// Replaced ends the alerts that are open, since those of another state take their place: nobody would hear of their end.
func (a *Alerts) Replaced(at int64) {
	for _, e := range a.alerts {
		if e.alert.State != Resolved {
			e.alert.State, e.alert.Resolved = Resolved, max(at, e.alert.Updated)
			wordsOfReplacement(e.alert)
			a.change(e, Resolved, at)
		}
	}
}

// settle keeps, of the changes up to at, the newest of each alert that it leaves open.
func (a *Alerts) settle(at int64) {
	newest := map[string]*actionpb.Alert{}
	for _, x := range a.changed {
		if x.Updated <= at {
			newest[x.AlertId] = x
		}
	}
	a.changed = slices.DeleteFunc(a.changed, func(x *actionpb.Alert) bool {
		return x.Updated <= at && (newest[x.AlertId] != x || x.State == Resolved)
	})
}

func (a *Alerts) handOut(out func(schemas.Record)) {
	for _, x := range a.changed {
		if b, err := (proto.MarshalOptions{Deterministic: true}).Marshal(x); err == nil {
			out(schemas.Record{Key: []byte(a.community), Value: b})
		}
	}
	a.changed = nil
}
