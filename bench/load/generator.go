package load

import (
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/rollcall-dev/rollcall/schemas"
)

// mix says how often members do what, in thousandths, and whether it is done to somebody.
var mix = []struct {
	kind   schemas.Kind
	often  int
	target bool
}{
	{schemas.KindView, 400, false}, {schemas.KindVisit, 100, false}, {schemas.KindMessage, 180, false},
	{schemas.KindReact, 100, true}, {schemas.KindComment, 70, true}, {schemas.KindPost, 40, false},
	{schemas.KindAnswer, 30, true}, {schemas.KindVote, 30, true}, {schemas.KindShare, 20, true},
	{schemas.KindMention, 12, true}, {schemas.KindFollow, 10, true}, {schemas.KindAttend, 8, false},
}

var platforms = [...]string{"discord", "forum", "mobile-app"}

const hex = "0123456789abcdef"

// Generator makes actions one after the other. One goroutine uses it.
type Generator struct {
	o     Options
	rng   *rand.Rand
	zipf  *rand.Zipf
	kinds [1000]uint8 // indices of mix
	made  int
	start int64 // Unix milliseconds
	step  float64

	id, member, target, object, channel, properties []byte
	communities                                     [][]byte
}

// New returns the generator of the first action.
func New(o Options) (*Generator, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	rng := rand.New(rand.NewPCG(o.Seed, 1))
	g := &Generator{o: o, rng: rng, start: Start.UnixMilli()}
	g.step = float64((time.Duration(o.Days) * 24 * time.Hour).Milliseconds()) / float64(o.Total())
	if o.Zipf > 0 {
		g.zipf = rand.NewZipf(rng, o.Zipf, headRank, uint64(o.Members-1))
	}
	i := 0
	for m := range mix {
		for range mix[m].often {
			g.kinds[i] = uint8(m)
			i++
		}
	}
	for c := range o.Communities {
		g.communities = append(g.communities, []byte(Community(c)))
	}
	return g, nil
}

// Next fills a, whose bytes are valid until the next call, and reports false at the end.
func (g *Generator) Next(a *schemas.Action) bool {
	if g.made == g.o.Total() {
		return false
	}
	member := g.made
	if g.made >= g.o.PreludeEvents() {
		member = g.someone()
	}
	g.action(a, member, g.start+int64(float64(g.made)*g.step))
	g.made++
	return true
}

func (g *Generator) someone() int {
	if g.zipf != nil {
		return int(g.zipf.Uint64())
	}
	return g.rng.IntN(g.o.Members)
}

func (g *Generator) action(a *schemas.Action, member int, at int64) {
	what := &mix[g.kinds[g.rng.IntN(len(g.kinds))]]
	own := scramble(uint32(member), 0x9e3779b9)
	g.id = appendID(g.id[:0], at, g.rng.Uint64(), g.rng.Uint64())
	g.member = appendMember(g.member[:0], member)
	*a = schemas.Action{
		Version: schemas.Version, Kind: what.kind, Community: g.communities[member%g.o.Communities], Member: g.member,
		ID: g.id, Time: at, Channel: g.channelOf(own), Platform: []byte(platforms[g.platformOf(own)]),
		Source: []byte("http"), Received: at,
	}
	if what.target {
		// Whom it is done to is of the same community.
		t := g.someone()
		t += member%g.o.Communities - t%g.o.Communities
		if t >= g.o.Members || t < 0 {
			t = member
		}
		g.target = appendMember(g.target[:0], t)
		a.Target = g.target
	}
	if what.kind != schemas.KindVisit && what.kind != schemas.KindFollow {
		g.object = append(g.object[:0], "thread/"...)
		g.object = appendID(g.object, at-int64(g.rng.IntN(1<<22)), g.rng.Uint64(), 0)
		a.Object = g.object
	}
	if g.rng.IntN(10) < 6 {
		g.properties = append(g.properties[:0], `{"length":`...)
		g.properties = strconv.AppendInt(g.properties, int64(g.rng.IntN(900)), 10)
		g.properties = append(g.properties, `,"language":"en","client":"web/7.14.2","edited":false}`...)
		a.Properties = g.properties
	}
	if what.kind == schemas.KindVote {
		a.HasValue, a.Value = true, 1
	}
}

// channelOf draws one of the one to three channels of a member.
func (g *Generator) channelOf(own uint32) []byte {
	n := uint32(g.rng.IntN(int(1 + own%3)))
	g.channel = append(g.channel[:0], "channel-"...)
	g.channel = strconv.AppendUint(g.channel, uint64((own>>8+n*7)%channels), 10)
	return g.channel
}

func (g *Generator) platformOf(own uint32) uint32 {
	if g.rng.IntN(10) == 0 {
		own++
	}
	return own % uint32(len(platforms))
}

// scramble is a bijection, so that no two members share a name (Murmur3's finalizer).
func scramble(v, salt uint32) uint32 {
	v ^= salt
	v ^= v >> 16
	v *= 0x85ebca6b
	v ^= v >> 13
	v *= 0xc2b2ae35
	return v ^ v>>16
}

// appendMember appends the 13 bytes of a member's name.
func appendMember(b []byte, member int) []byte {
	b = append(b, "user-"...)
	v := scramble(uint32(member), 0)
	for shift := 28; shift >= 0; shift -= 4 {
		b = append(b, hex[v>>shift&15])
	}
	return b
}

// appendID appends what a UUIDv7 looks like: 48 bits of time, then what is drawn.
func appendID(b []byte, ms int64, x, y uint64) []byte {
	hi := uint64(ms)<<16 | 7<<12 | x&0xfff
	lo := 2<<62 | (x^y)>>2
	for i := range 32 {
		if i == 8 || i == 12 || i == 16 || i == 20 {
			b = append(b, '-')
		}
		v, at := hi, i
		if i >= 16 {
			v, at = lo, i-16
		}
		b = append(b, hex[v>>(60-4*at)&15])
	}
	return b
}
