package spikes

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/rollcall-dev/rollcall/processors/alert"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

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

func TestTuneQuiet(t *testing.T) {
	if os.Getenv("TUNE") == "" {
		t.Skip()
	}
	for _, hourly := range []float64{1, 10, 60, 400} {
		for _, luck := range []float64{0, 0.02, 0.05} {
			for _, trend := range []float64{-0.05, 0, 0.06} {
				n := map[string]int{}
				for seed := range uint64(6) {
					x := town{seed: seed, hourly: hourly, channels: shares(5), platforms: shares(3), luck: luck, gusts: luck, trend: trend, leaves: hourly / 4, days: 180}
					for _, a := range x.run() {
						n[a.Kind]++
						if testing.Verbose() && n[a.Kind] < 3 {
							fmt.Println("   ", a.Kind, minuteText(a.opened), a.Window/hourMS, a.Expected, a.Observed, a.Probability, a.segments, a.over-a.opened)
						}
					}
				}
				fmt.Println("quiet", hourly, luck, trend, n)
			}
		}
	}
}

func minuteText(m int32) string {
	return fmt.Sprintf("d%d %02d:%02d", m/1440-firstDay, m/60%24, m%60)
}

// plant makes one truth of a kind at a day.
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

func TestTunePlanted(t *testing.T) {
	if os.Getenv("TUNE") == "" {
		t.Skip()
	}
	for _, hourly := range []float64{10, 25, 60, 400} {
		for _, luck := range []float64{0, 0.02} {
			for _, what := range []string{"channel dies", "outage", "half gone", "raid", "mass leave", "holiday"} {
				found, right, caused, wrong, n := 0, 0, 0, 0, 12
				var delays []int
				for seed := range uint64(n) {
					r := rand.New(rand.NewPCG(seed, 99))
					p, h := plant(what, r, 40+r.IntN(20))
					x := town{seed: seed, hourly: hourly, channels: shares(5), platforms: shares(3), luck: luck, gusts: luck, leaves: hourly / 10, days: 75, planted: []truth{p}, holidays: h}
					hit := false
					for _, a := range x.run() {
						if a.Kind != p.kind || a.opened < p.from || a.opened > min(p.to, p.from+4*1440)+120 {
							wrong++
							if testing.Verbose() {
								fmt.Println("    wrong", seed, a.Kind, minuteText(a.opened), "truth", p.kind, minuteText(p.from), a.Window/hourMS, a.Expected, a.Observed, a.Probability, a.segments)
							}
							continue
						}
						if hit {
							wrong++
							continue
						}
						hit = true
						found++
						delays = append(delays, int(a.opened-p.from))
						want := p.segment()
						if want == "" || slices.Contains(a.segments, want) {
							right++
						} else if testing.Verbose() {
							fmt.Println("    not named", seed, want, a.segments, a.Expected, a.Observed)
						}
						if p.cause == "" && len(a.causes) == 0 || len(a.causes) > 0 && a.causes[0][:4] == p.cause[:min(4, len(p.cause))] {
							caused++
						} else if testing.Verbose() {
							fmt.Println("    cause", seed, p.cause, a.causes)
						}
					}
				}
				slices.Sort(delays)
				med := -1
				if len(delays) > 0 {
					med = delays[len(delays)/2]
				}
				fmt.Printf("%-13s hourly %4v luck %4v: found %d/%d segment %d cause %d wrong %d median delay %d min\n", what, hourly, luck, found, n, right, caused, wrong, med)
			}
		}
	}
}
