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

// Live makes the alerts of a rebuild's second state those that people hear of. Of what was known up to at, which lies
// behind, they are told only what was still open, as it stood, wherever the second state was published on its way.
func (a *Alerts) Live(at int64) { a.behind = at }

// Replaced ends the alerts that are open, since those of another state take their place: nobody would hear of their end.
func (a *Alerts) Replaced(at int64) {
	for _, e := range a.alerts {
		if e.alert.State != Resolved {
			e.alert.State, e.alert.Resolved = Resolved, max(at, e.alert.Updated)
			wordsOfReplacement(e.alert)
			e.known = max(e.known, at)
			a.change(e, Resolved, at)
		}
	}
}

// settle keeps, of the changes known up to at, the newest of each alert that it leaves open.
func (a *Alerts) settle(at int64) {
	newest := map[string]*actionpb.Alert{}
	for _, x := range a.changed {
		if x.known <= at {
			newest[x.alert.AlertId] = x.alert
		}
	}
	a.changed = slices.DeleteFunc(a.changed, func(x changed) bool {
		return x.known <= at && (newest[x.alert.AlertId] != x.alert || x.alert.State == Resolved)
	})
}

func (a *Alerts) handOut(out func(schemas.Record)) {
	for _, x := range a.changed {
		if b, err := (proto.MarshalOptions{Deterministic: true}).Marshal(x.alert); err == nil {
			out(schemas.Record{Key: []byte(a.community), Value: b})
		}
	}
	a.changed = nil
}
