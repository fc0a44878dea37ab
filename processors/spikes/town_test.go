package spikes

import (
	"math"
	"math/rand/v2"
	"slices"
	"strconv"

	"github.com/rollcall-dev/rollcall/processors/activity"
	"github.com/rollcall-dev/rollcall/processors/alert"
	"github.com/rollcall-dev/rollcall/processors/calendar"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// town is a community of counts alone, whose usual is known: visits come as a Poisson process of the hour of the week, the
// day's luck, the hour's luck and a trend. What is planted changes the rate.
type town struct {
	seed      uint64
	hourly    float64 // active members in a mean hour
	channels  []float64
	platforms []float64
	luck      float64 // over-dispersion of a day
	gusts     float64 // and of an hour
	trend     float64 // a week
	leaves    float64 // a day
	days      int
	planted   []truth
	holidays  []*actionpb.Holiday
	midnights bool // all of a day comes at its first instant
}

// truth is what is planted: from and to in minutes, a factor on the rate of a segment, or leaves.
type truth struct {
	kind     string
	from, to int32
	factor   float64
	channel  int // -1: all
	platform int // -1: all
	leaves   int
	cause    string
}

// segment names where it was planted, empty for everywhere.
func (x *truth) segment() string {
	switch {
	case x.leaves > 0:
		return ""
	case x.channel >= 0:
		return "channel c" + strconv.Itoa(x.channel)
	case x.platform >= 0:
		return "platform p" + strconv.Itoa(x.platform)
	}
	return ""
}

var noEnd = int32(1 << 28)

const firstDay = 19_723 // 2024-01-01, a Monday

// wave is how busy an hour of the week is; its mean is 1.
var wave = func() (w [168]float64) {
	sum := 0.0
	for h := range w {
		day, hour := h/24, float64(h%24)
		v := 0.08 + math.Pow((1+math.Cos((hour-15)*math.Pi/12))/2, 2)
		if day >= 5 {
			v *= 0.6
		}
		w[h] = v
		sum += v
	}
	for h := range w {
		w[h] *= 168 / sum
	}
	return w
}()

func poisson(r *rand.Rand, m float64) int64 {
	if m <= 0 {
		return 0
	}
	if m > 50 {
		return max(0, int64(math.Round(m+math.Sqrt(m)*r.NormFloat64())))
	}
	l, k, p := math.Exp(-m), int64(0), r.Float64()
	for p > l {
		k++
		p *= r.Float64()
	}
	return k
}

// luck draws with mean 1 and variance a.
func luck(r *rand.Rand, a float64) float64 {
	if a <= 0 {
		return 1
	}
	return math.Exp(math.Sqrt(math.Log(1+a))*r.NormFloat64() - math.Log(1+a)/2)
}

type alarm struct {
	alert.Detection
	opened, over int32
	segments     []string // that stood first
	causes       []string
}

// run lives through the days and returns what was raised.
func (t *town) run() []alarm {
	r := rand.New(rand.NewPCG(t.seed, 7))
	d, cal := New(), utc()
	if t.holidays != nil {
		d.Use(-1, &actionpb.Alerting{Holidays: t.holidays})
	}
	var raised []alarm
	open := map[string]int{}
	each := func(x alert.Detection) {
		i, is := open[x.Kind]
		minute := int32(x.At / minuteMS)
		if x.Over {
			raised[i].over = minute
			delete(open, x.Kind)
			return
		}
		if !is {
			i = len(raised)
			open[x.Kind] = i
			raised = append(raised, alarm{Detection: x, opened: minute, over: noEnd})
		}
		a := &raised[i]
		for k, s := range x.Segments {
			if name := s.Dimension + " " + s.Segment; k < 1 && !slices.Contains(a.segments, name) {
				a.segments = append(a.segments, name)
			}
		}
		if why := x.Cause + " " + x.CauseName; x.Cause != "" && !slices.Contains(a.causes, why) {
			a.causes = append(a.causes, why)
		}
	}
	from := int64(-1)
	for day := range t.days {
		start := int32((firstDay + day) * 1440)
		d.Apply(from, t.day(r, day, start))
		from = int64(start+1440)*minuteMS - 1
		d.Close(from, cal, each)
	}
	return raised
}

// cell is what happened in one segment, by slot of five minutes.
type cell struct {
	dimension activity.Dimension
	segment   string
	n         [288]int64
}

func (t *town) day(r *rand.Rand, day int, start int32) []*actionpb.Deltas {
	cells := []*cell{{}, {dimension: activity.Kind, segment: "leave"}}
	for c := range t.channels {
		cells = append(cells, &cell{dimension: activity.Channel, segment: "c" + strconv.Itoa(c)})
	}
	for p := range t.platforms {
		cells = append(cells, &cell{dimension: activity.Platform, segment: "p" + strconv.Itoa(p)})
	}
	level := t.hourly * math.Pow(1+t.trend, float64(day)/7) * luck(r, t.luck) / 12
	gust := 1.0
	for slot := range 288 {
		if slot%12 == 0 {
			gust = luck(r, t.gusts)
		}
		at := start + int32(slot)*5
		rate := level * gust * wave[day%7*24+slot/12]
		leaves := t.leaves / 288
		for _, x := range t.planted {
			if x.leaves > 0 && at >= x.from && at < x.to {
				leaves += float64(x.leaves) * 5 / float64(x.to-x.from)
			}
		}
		cells[1].n[slot] = poisson(r, leaves)
		for c, cs := range t.channels {
			for p, ps := range t.platforms {
				m := rate * cs * ps
				for _, x := range t.planted {
					if at >= x.from && at < x.to && (x.channel < 0 || x.channel == c) && (x.platform < 0 || x.platform == p) {
						m *= x.factor
					}
				}
				n := poisson(r, m)
				cells[0].n[slot] += n
				cells[2+c].n[slot] += n
				cells[2+len(t.channels)+p].n[slot] += n
			}
		}
	}
	var out []*actionpb.Deltas
	for _, c := range cells {
		if t.midnights {
			for i := 1; i < 288; i++ {
				c.n[0] += c.n[i]
				c.n[i] = 0
			}
		}
		out = append(out, c.deltas(start, activity.W1h, 12), c.deltas(start, activity.W5m, 1))
	}
	return out
}

// deltas are the steps of a window of so many slots: everybody is counted once a visit.
func (c *cell) deltas(start int32, w activity.Window, length int) *actionpb.Deltas {
	x := &actionpb.Deltas{Dimension: uint32(c.dimension), Segment: c.segment, Window: uint32(w)}
	last := int32(0)
	for i := range 288 + length {
		n := int64(0)
		if i < 288 {
			n = c.n[i]
		}
		if i >= length {
			n -= c.n[i-length]
		}
		if n != 0 {
			end := start + int32(i)*5 + 1
			x.End, x.Active, last = append(x.End, int64(end-last)), append(x.Active, n), end
		}
	}
	if c.dimension == activity.Kind {
		x.Actions, x.Active = x.Active, nil
	}
	return x
}

func utc() *calendar.Calendar {
	c, _ := calendar.New("")
	return c
}
