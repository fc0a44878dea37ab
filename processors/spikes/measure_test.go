package spikes

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/rollcall-dev/rollcall/processors/alert"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// shares are of n segments, each smaller than the one before.
func shares(n int) []float64 {
	v, sum := make([]float64, n), 0.0
	for i := range v {
		v[i] = 1 / float64(i+1)
		sum += v[i]
	}
	for i := range v {
		v[i] /= sum
	}
	return v
}

func minuteText(m int32) string {
	return fmt.Sprintf("day %d %02d:%02d", m/1440-firstDay, m/60%24, m%60)
}

var planted = []string{"channel dies", "outage", "half gone", "raid", "mass leave", "holiday"}

// plant makes one truth of a kind on a day.
func plant(kind string, r *rand.Rand, day int) (truth, []*actionpb.Holiday) {
	at := int32((firstDay+day)*1440) + int32(9+r.IntN(10))*60 + int32(r.IntN(60))
	switch kind {
	case "channel dies":
		return truth{kind: alert.ActivityDrop, from: at, to: noEnd, factor: 0, channel: r.IntN(3), platform: -1}, nil
	case "outage":
		return truth{kind: alert.ActivityDrop, from: at, to: at + 300, factor: 0, channel: -1, platform: r.IntN(3), cause: alert.PlatformOutage}, nil
	case "half gone":
		return truth{kind: alert.ActivityDrop, from: at, to: at + 2880, factor: 0.35, channel: -1, platform: -1}, nil
	case "raid":
		return truth{kind: alert.ActivitySurge, from: at, to: at + 120, factor: 8, channel: r.IntN(4), platform: -1}, nil
	case "mass leave":
		return truth{kind: alert.LeaveSpike, from: at, to: at + 60, factor: 1, channel: -1, platform: -1, leaves: 40}, nil
	case "holiday":
		at = int32((firstDay + day) * 1440)
		return truth{kind: alert.ActivityDrop, from: at, to: at + 1440, factor: 0.4, channel: -1, platform: -1, cause: alert.PublicHoliday},
			[]*actionpb.Holiday{{Name: "h", From: firstDay + int32(day), To: firstDay + int32(day)}}
	}
	panic(kind)
}

// TestMeasure prints how well what is planted is found, over sizes of communities and their luck, where
// ROLLCALL_SPIKE_SEEDS says how many of each.
func TestMeasure(t *testing.T) {
	seeds, _ := strconv.ParseUint(os.Getenv("ROLLCALL_SPIKE_SEEDS"), 10, 16)
	if seeds == 0 {
		t.Skip("ROLLCALL_SPIKE_SEEDS=20 measures")
	}
	for _, hourly := range []float64{10, 60, 400} {
		for _, luck := range []float64{0, 0.02} {
			for _, what := range planted {
				fmt.Printf("%-13s %4v active an hour, luck %4v: ", what, hourly, luck)
				measure(what, hourly, luck, seeds)
			}
			n := 0
			for seed := range seeds {
				x := town{seed: seed, hourly: hourly, channels: shares(5), platforms: shares(3), luck: luck, gusts: luck, leaves: hourly / 4, days: 180}
				n += len(x.run())
			}
			fmt.Printf("%-13s %4v active an hour, luck %4v: %d alerts in %d times 180 days\n", "quiet", hourly, luck, n, seeds)
		}
	}
}

func measure(what string, hourly, luck float64, seeds uint64) {
	found, right, wrong := 0, 0, 0
	var delays []int
	for seed := range seeds {
		r := rand.New(rand.NewPCG(seed, 99))
		p, h := plant(what, r, 40+r.IntN(20))
		x := town{seed: seed, hourly: hourly, channels: shares(5), platforms: shares(3), luck: luck, gusts: luck, leaves: hourly / 10, days: 75, planted: []truth{p}, holidays: h}
		hit := false
		for _, a := range x.run() {
			switch {
			case a.Kind != p.kind || a.opened < p.from || a.opened > min(p.to, p.from+4*1440)+120:
				wrong++
			case !hit:
				hit = true
				found++
				delays = append(delays, int(a.opened-p.from))
				if want := p.segment(); want == "" || slices.Contains(a.segments, want) {
					right++
				}
			}
		}
	}
	median := -1
	if slices.Sort(delays); len(delays) > 0 {
		median = delays[len(delays)/2]
	}
	fmt.Printf("found %d of %d, the segment %d, %d others, median delay %d minutes\n", found, seeds, right, wrong, median)
}
