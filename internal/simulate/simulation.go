package simulate

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"github.com/rollcall-dev/rollcall/schemas"
)

// quarter is how long an hour of the week is taken to last at once: no time zone's offset is finer.
const quarter = 15 * 60 * 1000

// Simulation is a stream of actions. It is not safe for concurrent use.
//
// Activity is a Poisson process whose intensity is constant between edges: quarters of an hour, joins, leaves, and
// spikes' ends. budget is how much intensity × time is left until the next action, so that an edge costs no draw.
type Simulation struct {
	options   Options
	location  *time.Location
	rng       *rand.Rand
	people    *population
	present   [len(rhythms)]weights
	community []byte
	channels  [][]byte
	platforms [][]byte

	start  int64   // Unix milliseconds
	end    int64   // milliseconds after start
	scale  float64 // actions a millisecond, per weight
	now    float64 // milliseconds after start
	budget float64
	habit  [len(rhythms)]float64 // of this quarter
	factor float64               // of the spikes in force
	mood   float64               // of the hour
	lambda float64               // actions a millisecond
	edge   int64                 // next quarter or end of a spike
	joined int                   // members below it are there or gone
	left   int                   // of people.leaving
	usual  uint64                // weight of who is there by the plan, spells and what was planted left out

	plants     []Plant // with all that was left open
	concerned  [][]int32
	windows    []window
	noPlatform []bool // by number: nothing comes from it now
	noChannel  []bool
	barred     bool       // any of these
	onPlatform int        // of the action just made; -1: none
	inChannel  int        //
	whims      *rand.Rand // of spells and weather
	lastHour   int64      // local, since 1970
	day, hour  float64    // of the weather

	count  uint64
	prefix int // length of "sim-<seed>-" in id
	id     []byte
	member []byte
	target []byte
	object []byte
}

// New draws the plan of a community. It fails on options that contradict themselves and on unknown time zones, and says
// which.
func New(o Options) (*Simulation, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	location, err := time.LoadLocation(o.TimeZone)
	if err != nil {
		return nil, fmt.Errorf("simulating %q: time zone: %w", o.Community, err)
	}
	start := o.From.UnixMilli()
	end, span := int64(schemas.MaxTime)-start, horizon.Milliseconds()
	if !o.To.IsZero() {
		end = min(end, o.To.UnixMilli()-start)
		span = end
	}
	plants := slices.Clone(o.Plants)
	luck := rand.New(rand.NewPCG(o.Seed, 0x706c616e7473)) // of its own, so that what is planted leaves the rest as it is
	for i := range plants {
		plants[i].settle(&o, location, luck)
	}
	rng := rand.New(rand.NewPCG(o.Seed, 0x726f6c6c63616c6c))
	s := &Simulation{
		options: o, location: location, rng: rng, start: start, end: end, plants: plants, mood: 1, lastHour: -1,
		noPlatform: make([]bool, len(o.Platforms)), noChannel: make([]bool, len(o.Channels)), whims: rand.New(rand.NewPCG(o.Seed, 0x7768696d73)),
		community: []byte(o.Community), channels: toBytes(o.Channels), platforms: toBytes(o.Platforms),
		id: fmt.Appendf(nil, "sim-%d-", o.Seed),
	}
	s.people = plan(&o, plants, start, span, rng, luck)
	pl := planter{o: &o, p: s.people, rng: luck, start: start, end: end, plants: plants}
	for k := range plants {
		s.concerned = append(s.concerned, pl.apply(k))
	}
	s.windows = pl.windows
	s.people.schedule()
	s.prefix = len(s.id)
	s.budget = rng.ExpFloat64()
	for g := range s.present {
		s.present[g] = newWeights(len(s.people.members))
	}
	for s.joined < s.people.founders {
		s.begins(s.joined)
		s.enter()
	}
	s.scale = o.PerDay / (24 * 3600 * 1000) * float64(o.Members) / s.people.weightSum
	s.turn(0)
	return s, nil
}

func toBytes(texts []string) [][]byte {
	var out [][]byte
	for _, t := range texts {
		out = append(out, []byte(t))
	}
	return out
}

// Next puts the next action in a and reports whether there was one. The fields of a are valid until the next call.
// Without To it reports false only in the year 2100.
func (s *Simulation) Next(a *schemas.Action) bool {
	for {
		next, edge := math.Inf(1), s.nextEdge()
		if s.lambda > 0 {
			next = s.now + s.budget/s.lambda
		}
		if next < float64(min(edge, s.end)) {
			s.now = next
			s.budget = s.rng.ExpFloat64()
			if s.deed(a); s.barred && s.silenced() {
				continue
			}
			return true
		}
		if edge >= s.end {
			return false
		}
		s.budget = max(0, s.budget-float64(s.lambda*(float64(edge)-s.now)))
		s.now = float64(edge)
		if s.cross(a, edge) {
			return true
		}
	}
}

func (s *Simulation) nextEdge() int64 {
	edge := s.edge
	if p := s.people; s.joined < len(p.joins) {
		edge = min(edge, p.joins[s.joined])
	}
	if p := s.people; s.left < len(p.leaving) {
		edge = min(edge, p.leaves[p.leaving[s.left]])
	}
	return edge
}

// cross does one thing that is due at the edge, and reports whether it is an action.
func (s *Simulation) cross(a *schemas.Action, edge int64) bool {
	p := s.people
	switch {
	case edge == s.edge:
		s.turn(edge)
		return false
	case s.joined < len(p.joins) && p.joins[s.joined] == edge:
		i := s.joined
		s.enter()
		s.measure()
		s.begin(a, i, schemas.KindJoin)
		s.detour(a)
		return true
	default:
		i := int(p.leaving[s.left])
		s.left++
		m := &p.members[i]
		if !m.raider() {
			s.usual -= uint64(m.weight)
		}
		s.present[m.rhythm].set(i, 0)
		s.measure()
		s.begin(a, i, schemas.KindLeave)
		s.detour(a)
		return m.explicit
	}
}

func (s *Simulation) enter() {
	i := s.joined
	s.joined++
	if m := &s.people.members[i]; !m.raider() {
		s.usual += uint64(m.weight)
	}
	s.weigh(i)
}

// turn begins the quarter of an hour, or the stretch up to a spike's beginning or end, that starts at now.
func (s *Simulation) turn(now int64) {
	at := s.start + now
	local := time.UnixMilli(at).In(s.location)
	if hour := calendarHour(local); hour != s.lastHour {
		s.strike(now, hour)
	}
	hour := hourOfWeek(local)
	for g := range habits {
		s.habit[g] = habits[g][hour]
	}
	s.edge = at/quarter*quarter + quarter - s.start
	s.factor = s.bar(now)
	for _, spike := range s.options.Spikes {
		from, to := spike.From.UnixMilli(), spike.To.UnixMilli()
		if from <= at && at < to {
			s.factor *= spike.Factor
		}
		for _, t := range []int64{from, to} {
			if t > at {
				s.edge = min(s.edge, t-s.start)
			}
		}
	}
	s.measure()
}

// measure sets the intensity from who is there, the hour and the spikes.
func (s *Simulation) measure() {
	var weighted float64
	for g := range s.present {
		weighted += float64(s.habit[g] * float64(s.present[g].total))
	}
	s.lambda = weighted * s.scale * s.factor
	if s.options.Rate > 0 {
		s.lambda = weighted / float64(s.usual) * s.options.Rate / 1000 * s.factor
	}
	s.lambda *= s.mood
}

// begin sets what every action has.
func (s *Simulation) begin(a *schemas.Action, member int, kind schemas.Kind) {
	s.count++
	s.id = strconv.AppendUint(s.id[:s.prefix], s.count, 10)
	s.member = appendName(s.member[:0], member)
	*a = schemas.Action{
		Version: schemas.Version, Kind: kind, Community: s.community, Member: s.member, ID: s.id,
		Time: s.start + int64(s.now),
	}
	s.onPlatform, s.inChannel = -1, -1
	if n := len(s.platforms); n > 0 {
		s.onPlatform = s.usually(s.people.members[member].platform, n, 0.85)
		a.Platform = s.platforms[s.onPlatform]
	}
}

// usually returns the favourite, or now and then any other.
func (s *Simulation) usually(favourite uint8, n int, p float64) int {
	if s.rng.Float64() < p {
		return int(favourite)
	}
	return s.rng.IntN(n)
}
