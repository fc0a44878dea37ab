package alert

import (
	"encoding/hex"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/zeebo/xxh3"
	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// Definition is the version of what the table alerts says.
const Definition = 1

const (
	every     = 30 * 60_000 // between two updates, of stream time
	material  = 1.25        // how much greater an excess is that is news
	mostKept  = 64          // alerts that are over, for words about them
	mostSaid  = 64          // commands that wait for their alert, and silences
	mostNames = 10
)

// States and changes of actionpb.Alert.
const (
	Open         = "open"
	Acknowledged = "acknowledged"
	Resolved     = "resolved"

	Opened   = "opened"
	Updated  = "updated"
	Silenced = "silenced"
)

// Alerts are those of one community. One goroutine owns them.
type Alerts struct {
	community string
	epoch     uint32
	zone      string
	location  *time.Location
	alerts    []*entry            // in the order in which they were opened
	waiting   []*actionpb.Command // for alerts that are not there yet
	silences  []silence           // of kinds
	changed   []changed           // still to be handed out, in order
	knows     int64               // what is detected now is known no earlier
	behind    int64               // changes known up to here are told as they stand in the end
}

type entry struct {
	alert  *actionpb.Alert
	excess float64 // the greatest that was told
	told   int64   // when that was
	known  int64   // of the last change
	dirty  bool    // its row is to be written
}

// changed is an alert as a change left it. What happened by a midnight is known only a lateness after it.
type changed struct {
	alert *actionpb.Alert
	known int64 // stream time
}

type silence struct {
	kind  string
	until int64
}

// New returns the alerts of a community of which nothing was said. Another epoch, a rebuild's, has other ids.
func New(community string, epoch uint32) *Alerts {
	return &Alerts{community: community, epoch: epoch, location: time.UTC, knows: never, behind: never}
}

// Zone sets the IANA time zone of the texts; one that is not known changes nothing.
func (a *Alerts) Zone(name string) {
	if name == a.zone {
		return
	}
	if l, err := time.LoadLocation(name); err == nil {
		a.zone, a.location = name, l
	}
}

// Known says that what is detected from now on is known at a stream time or later, whatever it is about.
func (a *Alerts) Known(at int64) { a.knows = at }

// running returns the alert of a kind that is not resolved.
func (a *Alerts) running(kind string) *entry {
	for i := len(a.alerts) - 1; i >= 0; i-- {
		if x := a.alerts[i]; x.alert.Kind == kind && x.alert.State != Resolved {
			return x
		}
	}
	return nil
}

// Wants reports whether Detect would make a change of this detection that tells of members: the caller need not look for
// whom to contact where it does not.
func (a *Alerts) Wants(d *Detection) bool {
	e := a.running(d.Kind)
	return !d.Over && (e == nil || e.news(d))
}

// news reports whether a detection says something that was not told: of leaders always, another cause at once, otherwise a
// greater excess or other segments, and not too often.
func (e *entry) news(d *Detection) bool {
	if d.Kind == KolAtRisk || d.Cause != e.alert.Cause || d.CauseName != e.alert.CauseName {
		return true
	}
	if d.At < e.told+every {
		return false
	}
	return d.excess() >= material*e.excess+1 || !sameSegments(e.alert.Segments, d.Segments)
}

func (d *Detection) excess() float64 { return math.Abs(d.Observed - d.Expected) }

// sameSegments reports whether b names no segment that a did not name.
func sameSegments(a, b []*actionpb.AlertSegment) bool {
	for _, x := range b {
		if !slices.ContainsFunc(a, func(y *actionpb.AlertSegment) bool { return x.Dimension == y.Dimension && x.Segment == y.Segment }) {
			return false
		}
	}
	return true
}

// Detect takes what a detector says: it opens an alert, updates the one that is open where there is news, or resolves it.
func (a *Alerts) Detect(d *Detection) {
	e := a.running(d.Kind)
	switch {
	case d.Over:
		if e != nil {
			a.resolve(e, d.At)
		}
	case e == nil && !a.known(a.id(d.Kind, d.At)): // one that began and ended at this very look is told
		a.open(d)
	case e == nil:
	case e.news(d):
		a.tell(e, d, Updated)
	}
}

func (a *Alerts) open(d *Detection) {
	e := a.raise(d.Kind, d.At)
	for _, s := range a.silences {
		if s.kind == d.Kind && s.until > d.At {
			e.alert.SilencedUntil = s.until
		}
	}
	a.tell(e, d, Opened)
	said := a.waiting[:0]
	for _, c := range a.waiting {
		if c.AlertId == e.alert.AlertId {
			a.say(e, c)
		} else {
			said = append(said, c)
		}
	}
	a.waiting = said
}

func (a *Alerts) raise(kind string, at int64) *entry {
	e := &entry{known: at, alert: &actionpb.Alert{
		Version: schemas.Version, Community: a.community, AlertId: a.id(kind, at), Kind: kind, State: Open, Opened: at,
	}}
	a.alerts = append(a.alerts, e)
	return e
}

func (a *Alerts) known(id string) bool {
	return slices.ContainsFunc(a.alerts, func(e *entry) bool { return e.alert.AlertId == id })
}

// id names an alert: its kind, when it was opened, and a digest of the community and epoch, so that a receiver of several
// communities can tell them apart.
func (a *Alerts) id(kind string, at int64) string {
	sum := xxh3.HashString(a.community + "\x00" + strconv.FormatUint(uint64(a.epoch), 10))
	b := [4]byte{byte(sum >> 24), byte(sum >> 16), byte(sum >> 8), byte(sum)}
	return kind + "-" + time.UnixMilli(at).UTC().Format("20060102T150405Z") + "-" + hex.EncodeToString(b[:])
}

// tell takes a detection over into an alert.
func (a *Alerts) tell(e *entry, d *Detection, change string) {
	x := e.alert
	x.Expected, x.Observed, x.Probability = d.Expected, d.Observed, d.Probability
	x.IntervalStart, x.IntervalEnd = d.Start, d.At
	x.Cause, x.CauseName = d.Cause, d.CauseName
	x.Segments = d.Segments
	if len(d.Members) > 0 {
		x.Members = d.Members[:min(len(d.Members), mostNames)]
	}
	x.Severity = severity(d)
	e.told, e.excess = d.At, max(e.excess, d.excess())
	words(x, d, a.location)
	e.known = max(e.known, a.knows, d.At)
	a.change(e, change, d.At)
}

func (a *Alerts) resolve(e *entry, at int64) {
	e.alert.State, e.alert.Resolved = Resolved, at
	wordsOfEnd(e.alert, a.location)
	e.known = max(e.known, a.knows, at)
	a.change(e, Resolved, at)
}

// change numbers a change of an alert and keeps it to be handed out.
func (a *Alerts) change(e *entry, change string, at int64) {
	e.alert.Sequence++
	e.alert.Change, e.alert.Updated = change, max(e.alert.Updated, at)
	e.dirty = true
	c, _ := proto.Clone(e.alert).(*actionpb.Alert)
	a.changed = append(a.changed, changed{c, e.known})
}

// Publish appends the rows of the alerts that changed since the last call, under label and version, and hands out a record
// of every change, in order. out may be nil: a rebuild's second state tells nobody until it is Live.
func (a *Alerts) Publish(label string, version uint64, rows *schemas.AlertRows, out func(schemas.Record)) {
	if out != nil {
		a.settle(a.behind)
		a.behind = never
		a.handOut(out)
	}
	over := 0
	for _, e := range a.alerts {
		if e.dirty {
			rows.Add(label, e.alert, version, Definition)
			e.dirty = false
		}
		if e.alert.State == Resolved {
			over++
		}
	}
	if over > mostKept {
		a.alerts = slices.DeleteFunc(a.alerts, func(e *entry) bool {
			if e.alert.State == Resolved && over > mostKept {
				over--
				return true
			}
			return false
		})
	}
}
