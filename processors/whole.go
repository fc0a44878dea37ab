package processors

import (
	"fmt"

	"github.com/rollcall-dev/rollcall/processors/absence"
	"github.com/rollcall-dev/rollcall/processors/activity"
	"github.com/rollcall-dev/rollcall/processors/calendar"
	"github.com/rollcall-dev/rollcall/processors/churn"
	"github.com/rollcall-dev/rollcall/processors/facts"
	"github.com/rollcall-dev/rollcall/processors/hours"
	"github.com/rollcall-dev/rollcall/processors/kol"
	"github.com/rollcall-dev/rollcall/processors/lifecycle"
	"github.com/rollcall-dev/rollcall/processors/members"
	"github.com/rollcall-dev/rollcall/processors/state"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// whole is one community in one epoch, summed over the partitions of the members stage.
type whole struct {
	name     string
	epoch    uint32
	staged   bool // the second state of a rebuild
	zone     string
	clock    actionpb.Clock
	lateness int64
	calendar *calendar.Calendar
	sources  []source
	dirty    bool
	told     int64 // the minute that the row of communities was published of
	retell   bool  // what else that row says has changed

	totals *activity.Totals
	lives  *lifecycle.Totals
	hours  *hours.Totals
	roster *members.Roster
	churn  *churn.Community
	watch  *watch

	absence *absence.Community
	kols    *kol.Community

	next *whole
}

// source is one partition of the members stage, as far as it was heard.
type source struct {
	cut     int64 // high-water mark: what is not above (cut, chunk) was applied before
	chunk   int32
	more    bool  // chunks of this cut are missing
	swapped bool  // a second state is the live one there
	since   int64 // stream time there when it became that
	time    int64
	members facts.Source
}

func newWhole(name string, epoch uint32, partitions int) *whole {
	w := &whole{name: name, epoch: epoch, sources: make([]source, partitions), lateness: defaultLateMS, told: unset,
		totals: activity.NewTotals(), lives: lifecycle.NewTotals(), hours: new(hours.Totals),
		roster: &members.Roster{}, churn: churn.New(), watch: newWatch(name, epoch),
		absence: absence.New(), kols: kol.New()}
	w.calendar, _ = calendar.New("")
	for i := range w.sources {
		w.sources[i] = source{time: unset}
	}
	return w
}

// valid reports whether a signal can be one of this program's, or an older one's.
func valid(s *actionpb.Signal) bool {
	ok := s.Version <= stateVersion && s.Community != "" && s.Partition >= 0 && s.Partition < s.Partitions && s.Partitions <= 1<<16 && s.Time <= schemas.MaxTime
	even := func(n int, columns ...[]int64) {
		for _, c := range columns {
			ok = ok && (len(c) == 0 || len(c) == n)
		}
	}
	for _, d := range s.Deltas {
		even(len(d.End), d.Actions, d.Active, d.Contributing)
	}
	for _, d := range s.Series {
		even(len(d.Start), d.Active, d.Both, d.First, d.Actions, d.Contributing)
	}
	for _, d := range s.Cohorts {
		even(len(d.Cohort), d.Present, d.Last, d.Run)
		ok = ok && len(d.N) == len(d.Cohort)
	}
	for _, d := range s.Days {
		ok = ok && len(d.ActiveDays) == len(d.Start) && len(d.Members) == len(d.Start)
	}
	return ok && facts.Valid(s)
}

// apply adds a signal, and reports whether it was new.
func (w *whole) apply(s *actionpb.Signal) bool {
	if int(s.Partition) >= len(w.sources) {
		return false // of another deployment: the partition count is checked at start
	}
	from := &w.sources[s.Partition]
	// Only what comes next: a chunk that was lost on its way is sent again, with all behind it.
	next := s.Cut > from.cut && s.Chunk == 0 && !from.more || s.Cut == from.cut && s.Chunk == from.chunk+1 && from.more
	if !next {
		return false
	}
	from.cut, from.chunk, from.more = s.Cut, s.Chunk, s.More
	if set := s.Settings; set != nil {
		w.zone, w.clock, w.lateness = set.TimeZone, set.Clock, set.LatenessMs
		if cal, err := calendar.New(w.zone); err == nil {
			w.calendar = cal
		}
		w.churn.Use(churn.Settings{After: int32(set.ChurnAfterDays), AtRisk: set.AtRisk})
		w.watch.detectors.Use(from.time, set.Alerting)
		w.watch.alerts.Zone(w.zone)
		if s.Partition == 0 { // each tells it at its own place, and one has to count
			w.kols.Use(from.time, set.Bots, set.Staff)
		}
	}
	w.watch.detectors.Apply(from.time, s.Deltas)
	for _, d := range s.Deltas {
		w.totals.Apply(d)
		if d.Dimension == uint32(activity.Whole) && (d.Window == uint32(activity.W7d) || d.Window == uint32(activity.W30d)) {
			w.lives.Window(d.Window == uint32(activity.W30d), d)
		}
	}
	for _, d := range s.Series {
		w.lives.Series(d)
		w.begin(d)
	}
	for _, d := range s.Cohorts {
		w.lives.Cohorts(d)
	}
	for _, d := range s.Days {
		w.lives.Days(d)
	}
	w.hours.Apply(s.Hours)
	w.learn(from, s)
	w.retell = w.retell || s.Settings != nil
	if !s.More { // stream time comes with the last chunk, when all that it covers is here
		from.time = s.Time
		if s.Swapped && !from.swapped {
			from.swapped, from.since = true, s.Time
		}
	}
	w.dirty = true
	return true
}

// swapped reports whether a second state has become the live one in every partition.
func (w *whole) swapped() bool {
	for i := range w.sources {
		if !w.sources[i].swapped {
			return false
		}
	}
	return true
}

// took is the stream time at which a second state took the other's place: the least of those at which partitions did, however
// far some have come since.
func (w *whole) took() int64 {
	t := int64(1<<63 - 1)
	for i := range w.sources {
		t = min(t, w.sources[i].since)
	}
	return t
}

// now returns the community's stream time: the least of its partitions', unset until all were heard.
func (w *whole) now() int64 {
	t := int64(1<<63 - 1)
	for i := range w.sources {
		t = min(t, w.sources[i].time)
	}
	return t
}

// flush appends the rows that are due.
func (w *whole) flush(c *Communities) {
	now := w.now()
	if !w.dirty && !w.kols.Busy() || now == unset {
		return
	}
	w.dirty = false
	label, version := w.name, schemas.RowVersion(w.epoch, c.next)
	if w.staged {
		label = schemas.Staging(w.name, w.epoch)
	}
	w.totals.Publish(label, now, w.lateness, w.calendar, version, &c.activity)
	w.lives.Publish(label, w.calendar.Day(now), version, &c.lifecycle)
	w.publishChurn(c, label, now, version)
	w.publishAbsence(c, label, now, version)
	w.hours.Changed(func(hour int, actions uint64) { hourRow(&c.hours, label, "", hour, actions, version) })
	if minute := now / 60_000; minute != w.told || w.retell {
		w.told, w.retell = minute, false
		w.row(label, minute*60_000, version, &c.community)
	}
}

// communityDefinition is the version of what the table communities says.
const communityDefinition = 1

func (w *whole) row(label string, now int64, version uint64, r *schemas.CommunityRows) {
	zone, clock := w.zone, "wall"
	if zone == "" {
		zone = "UTC"
	}
	if w.clock == actionpb.Clock_CLOCK_DATA {
		clock = "data"
	}
	r.Community = append(r.Community, label)
	r.Time = append(r.Time, now)
	r.TimeZone = append(r.TimeZone, zone)
	r.Clock = append(r.Clock, clock)
	r.Lateness = append(r.Lateness, uint64(w.lateness))
	r.Epoch = append(r.Epoch, w.epoch)
	r.Version = append(r.Version, version)
	r.Definition = append(r.Definition, communityDefinition)
}

func (w *whole) save(s *state.Writer) {
	s.String(w.name)
	s.Uint(uint64(w.epoch))
	s.Bool(w.staged)
	s.String(w.zone)
	s.Uint(uint64(w.clock))
	s.Int(w.lateness)
	s.Bool(w.dirty)
	s.Int(w.told)
	s.Bool(w.retell)
	w.roster.Save(s)
	s.Uint(uint64(len(w.sources)))
	for _, x := range w.sources {
		s.Int(x.cut)
		s.Int(int64(x.chunk))
		s.Bool(x.more)
		s.Bool(x.swapped)
		s.Int(x.since)
		s.Int(x.time)
		x.members.Save(s)
	}
	w.totals.Save(s)
	w.lives.Save(s)
	w.hours.Save(s)
	w.churn.Save(s)
	w.watch.save(s)
	w.absence.Save(s)
	w.kols.Save(s)
	s.Bool(w.next != nil)
	if w.next != nil {
		w.next.save(s)
	}
}

func loadWhole(r *state.Reader) (*whole, error) {
	w := &whole{name: r.String(), epoch: uint32(r.Uint()), staged: r.Bool(), zone: r.String(), clock: actionpb.Clock(r.Uint()), lateness: r.Int(),
		dirty: r.Bool(), told: r.Int(), retell: r.Bool()}
	var err error
	if w.calendar, err = calendar.New(w.zone); err != nil {
		return nil, fmt.Errorf("community %q: %w", w.name, err)
	}
	w.roster = members.LoadRoster(r)
	for range r.Len() {
		w.sources = append(w.sources, source{r.Int(), int32(r.Int()), r.Bool(), r.Bool(), r.Int(), r.Between(unset, schemas.MaxTime),
			facts.LoadSource(r, w.roster.Len())})
	}
	w.totals, w.lives, w.hours = activity.LoadTotals(r), lifecycle.LoadTotals(r), hours.LoadTotals(r)
	if w.churn = churn.Load(r); w.churn.Reach() > w.roster.Len() {
		r.Fail()
	}
	w.watch = loadWatch(r, w.roster.Len())
	if w.absence = absence.Load(r); w.absence.Reach() > w.roster.Len() {
		r.Fail()
	}
	if w.kols = kol.Load(r); w.kols.Reach() > w.roster.Len() {
		r.Fail()
	}
	if r.Bool() && r.Err() == nil {
		if w.staged {
			return nil, fmt.Errorf("community %q: a second state has another: %w", w.name, state.ErrDamaged)
		}
		if w.next, err = loadWhole(r); err != nil {
			return nil, err
		}
	}
	return w, r.Err()
}
