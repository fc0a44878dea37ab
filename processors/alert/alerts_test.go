package alert

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"github.com/rollcall-dev/rollcall/processors/state"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

var noon = time.Date(2026, 5, 23, 6, 20, 0, 0, time.UTC).UnixMilli() // 14:20 in Shanghai

const minute = int64(60_000)

func drop(at int64, observed float64, segments ...string) *Detection {
	d := &Detection{Kind: ActivityDrop, At: at, Start: noon - 60*minute, Window: 60 * minute, Expected: 31, Observed: observed, Probability: 3e-7}
	for _, s := range segments {
		d.Segments = append(d.Segments, &actionpb.AlertSegment{Dimension: "channel", Segment: s, Expected: 31, Observed: observed, Share: 0.96})
	}
	return d
}

// told hands out what changed, as "change state sequence".
func told(a *Alerts) (out []string) {
	var rows schemas.AlertRows
	a.Publish("demo", 1, &rows, func(r schemas.Record) {
		var x actionpb.Alert
		if err := proto.Unmarshal(r.Value, &x); err != nil {
			panic(err)
		}
		out = append(out, fmt.Sprint(x.Change, " ", x.State, " ", x.Sequence))
	})
	return out
}

func TestLife(t *testing.T) {
	a := New("demo", 0)
	check := func(what string, want ...string) {
		t.Helper()
		if diff := cmp.Diff(want, told(a)); diff != "" {
			t.Errorf("%s, -want +got:\n%s", what, diff)
		}
	}
	a.Detect(drop(noon, 12, "help"))
	check("opened", "opened open 1")
	a.Detect(drop(noon+5*minute, 5, "help"))
	check("too soon for an update")
	a.Detect(drop(noon+30*minute, 12, "help"))
	check("nothing new")
	a.Detect(drop(noon+30*minute, 5, "help"))
	check("worse", "updated open 2")
	a.Detect(drop(noon+65*minute, 5, "help", "events"))
	check("another segment", "updated open 3")
	d := drop(noon+70*minute, 5, "help", "events")
	d.Cause, d.CauseName = PlatformOutage, "ios"
	a.Detect(d)
	check("the cause is told at once", "updated open 4")
	id := a.alerts[0].alert.AlertId
	ack := &actionpb.Command{AlertId: id, Kind: ActivityDrop, Verb: actionpb.Command_VERB_ACKNOWLEDGE, By: "mei"}
	a.Command(ack)
	a.Command(ack)
	check("acknowledged once", "acknowledged acknowledged 5")
	a.Command(&actionpb.Command{AlertId: id, Verb: actionpb.Command_VERB_SILENCE, Until: noon + 600*minute})
	check("silenced", "silenced acknowledged 6")
	a.Detect(&Detection{Kind: ActivityDrop, At: noon + 300*minute, Over: true})
	a.Detect(&Detection{Kind: ActivityDrop, At: noon + 305*minute, Over: true})
	a.Command(ack)
	check("resolved once", "resolved resolved 7")
	a.Detect(drop(noon+400*minute, 5))
	check("another one", "opened open 1")
	if len(a.alerts) != 2 || a.alerts[0].alert.AlertId == a.alerts[1].alert.AlertId || a.alerts[0].alert.AcknowledgedBy != "mei" {
		t.Errorf("%v", a.alerts)
	}
}

// What is said of an alert that is not there yet waits for it; a kind that is silenced opens silenced.
func TestCommandsWait(t *testing.T) {
	a := New("demo", 3)
	a.Command(&actionpb.Command{AlertId: a.id(ActivityDrop, noon), Verb: actionpb.Command_VERB_ACKNOWLEDGE, By: "mei"})
	a.Command(&actionpb.Command{Kind: ActivityDrop, Verb: actionpb.Command_VERB_SILENCE, Until: noon + 60*minute})
	for range 1000 {
		a.Command(&actionpb.Command{AlertId: "nobody's", Verb: actionpb.Command_VERB_SILENCE, Until: 1})
	}
	if len(a.waiting) > mostSaid {
		t.Errorf("%d commands wait", len(a.waiting))
	}
	a.Command(&actionpb.Command{AlertId: a.id(ActivityDrop, noon), Verb: actionpb.Command_VERB_ACKNOWLEDGE, By: "mei"})
	a.Detect(drop(noon, 3))
	if diff := cmp.Diff([]string{"opened open 1", "acknowledged acknowledged 2"}, told(a)); diff != "" {
		t.Error(diff)
	}
	if x := a.alerts[0].alert; x.SilencedUntil != noon+60*minute || x.AcknowledgedBy != "mei" {
		t.Errorf("%v", x)
	}
}

func TestATestIsOverAtOnce(t *testing.T) {
	a := New("demo", 0)
	for range 2 {
		a.Command(&actionpb.Command{Verb: actionpb.Command_VERB_TEST, By: "mei", Time: noon})
	}
	if diff := cmp.Diff([]string{"test resolved 1"}, told(a)); diff != "" {
		t.Error(diff)
	}
}

// Many lives, restarts and hand-outs anywhere: sequences have no gap, at most one alert of a kind is open, the last row is the
// last record, and a restart changes nothing.
func TestAnyLife(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := New("demo", 1), New("demo", 1)
		var all, also []*actionpb.Alert
		rows := map[string]string{}
		publish := func(x *Alerts, to *[]*actionpb.Alert) {
			var r schemas.AlertRows
			x.Publish("demo", 1, &r, func(rec schemas.Record) {
				m := new(actionpb.Alert)
				if err := proto.Unmarshal(rec.Value, m); err != nil {
					t.Fatal(err)
				}
				*to = append(*to, m)
			})
			for i, id := range r.AlertID {
				rows[id] = fmt.Sprint(r.State[i], r.Change[i], r.Sequence[i])
			}
		}
		now := noon
		for range rapid.IntRange(1, 120).Draw(t, "n") {
			now += rapid.Int64Range(0, 40).Draw(t, "wait") * minute
			kind := rapid.SampledFrom([]string{ActivityDrop, LeaveSpike, ChurnSpike}).Draw(t, "kind")
			switch rapid.IntRange(0, 6).Draw(t, "then") {
			case 0, 1, 2:
				d := drop(now, float64(rapid.IntRange(0, 20).Draw(t, "observed")), rapid.SampledFrom([]string{"a", "b"}).Draw(t, "segment"))
				d.Kind = kind
				a.Detect(d)
				b.Detect(d)
			case 3:
				d := &Detection{Kind: kind, At: now, Over: true}
				a.Detect(d)
				b.Detect(d)
			case 4:
				c := &actionpb.Command{Kind: kind, Verb: actionpb.Command_Verb(rapid.IntRange(1, 3).Draw(t, "verb")), Until: now + minute, Time: now, By: "x"}
				if n := len(a.alerts); n > 0 && rapid.Bool().Draw(t, "of one") {
					c.AlertId = a.alerts[n-1].alert.AlertId
				}
				a.Command(c)
				b.Command(c)
			case 5:
				publish(b, &also)
			case 6:
				var w state.Writer
				b.Save(&w)
				r := state.NewReader(w.Bytes())
				if b = Load(r); r.Done() != nil {
					t.Fatal("damaged")
				}
			}
			open := map[string]int{}
			for _, e := range a.alerts {
				if e.alert.State != Resolved {
					if open[e.alert.Kind]++; open[e.alert.Kind] > 1 {
						t.Fatal("two alerts of a kind are open")
					}
				}
			}
		}
		publish(a, &all)
		publish(b, &also)
		if diff := cmp.Diff(all, also, cmp.Comparer(func(x, y *actionpb.Alert) bool { return proto.Equal(x, y) })); diff != "" {
			t.Fatalf("hand-outs and restarts show:\n%s", diff)
		}
		sequence, last := map[string]uint32{}, map[string]string{}
		for _, x := range all {
			if sequence[x.AlertId]++; x.Sequence != sequence[x.AlertId] {
				t.Fatalf("%s: change %d is numbered %d", x.AlertId, sequence[x.AlertId], x.Sequence)
			}
			last[x.AlertId] = fmt.Sprint(x.State, x.Change, x.Sequence)
		}
		if diff := cmp.Diff(last, rows); diff != "" {
			t.Fatalf("-last record +row:\n%s", diff)
		}
		var x, y state.Writer
		a.Save(&x)
		b.Save(&y)
		if !bytes.Equal(x.Bytes(), y.Bytes()) {
			t.Fatal("restarts show in the snapshot")
		}
	})
}

// Names of others cannot break the text's lines, and every kind has words of its own in both languages.
func TestWords(t *testing.T) {
	for _, kind := range []string{LeaveSpike, ActivityDrop, ActivitySurge, AtRiskSpike, ChurnSpike} {
		for _, within := range []bool{false, true} {
			for _, cause := range []string{"", PlatformOutage, PublicHoliday} {
				a := New("demo", 0)
				d := drop(noon, 4, "he\nlp")
				d.Kind, d.Within, d.Cause, d.CauseName = kind, within, cause, "x\u2028y"
				a.Detect(d)
				x := a.alerts[0].alert
				for _, s := range []string{x.TitleEn, x.TitleZh} {
					if s == "" || strings.Contains(s, "\n") || strings.Contains(s, "%!") || strings.Contains(s, kind) {
						t.Errorf("%s: %q", kind, s)
					}
				}
				for _, s := range []string{x.TextEn, x.TextZh} {
					if strings.Contains(s, "he\nlp") || strings.Contains(s, "%!") || strings.Contains(s, "  ") || len(strings.Split(s, "\n")) < 3 {
						t.Errorf("%s: %q", kind, s)
					}
				}
			}
		}
	}
}

// Odds in Chinese are read as one number: nothing stands between it and what follows.
func TestOddsInChinese(t *testing.T) {
	for p, want := range map[float64]string{1: "1 分之一", 1.0 / 500: "500 分之一", 1e-6: "100 万分之一", 1e-9: "10 亿分之一"} {
		if got := oneInZH(p); got != want {
			t.Errorf("%g: %q, want %q", p, got, want)
		}
	}
}

// A leader's alert says what became of them and who may follow, in both languages.
func TestWordsOfLeaders(t *testing.T) {
	a := New("demo", 0)
	a.Detect(&Detection{Kind: KolAtRisk, At: noon, Start: noon, Observed: 3,
		Segments: []*actionpb.AlertSegment{
			{Dimension: "kol", Segment: "ada", Expected: 2, Observed: 3, State: "left"}, {Dimension: "kol", Segment: "林", Expected: 9, State: "at_risk"}},
		Members: []*actionpb.AlertMember{{Member: "bo", Value: 0.72, WhyEn: "72 % of their ties, mostly in help", WhyZh: "72 % 的互动关系，主要在 help"}}})
	x := a.alerts[0].alert
	if diff := cmp.Diff([]string{
		"Leaders are slipping away: ada, 林",
		"ada, no. 2 by influence, left; 3 members have more than half of their ties with them. 林, no. 9 by influence, is at risk of staying away.\n" +
			"What to do: write to them in person, and give those below others to talk with: they may follow.\n" +
			"Who may follow: bo (72 % of their ties, mostly in help).",
		"核心用户正在流失：ada、林",
		"ada（影响力第 2 名）已退出；有 3 名成员一半以上的互动关系都与其相连。林（影响力第 9 名）有流失风险。\n" +
			"建议：亲自联系他们，并为下面的成员牵线，让他们有别人可以交流：他们可能会跟着离开。\n" +
			"可能跟着离开的成员：bo（72 % 的互动关系，主要在 help）。",
	}, []string{x.TitleEn, x.TextEn, x.TitleZh, x.TextZh}); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	a.Detect(&Detection{Kind: KolAtRisk, At: noon + 3*24*60*minute, Over: true})
	if !strings.HasPrefix(x.TextEn, "They are back, or gone for two weeks,") || !strings.Contains(x.TextZh, "他们已经回来") {
		t.Errorf("%q %q", x.TextEn, x.TextZh)
	}
}

func FuzzLoad(f *testing.F) {
	a := New("demo", 1)
	a.Zone("Asia/Shanghai")
	a.Detect(drop(noon, 3, "help"))
	a.Command(&actionpb.Command{AlertId: "x", Verb: actionpb.Command_VERB_SILENCE})
	a.Command(&actionpb.Command{Kind: ChurnSpike, Verb: actionpb.Command_VERB_SILENCE, Until: noon})
	var w state.Writer
	a.Save(&w)
	f.Add(w.Bytes())
	f.Fuzz(func(t *testing.T, b []byte) {
		r := state.NewReader(b)
		a := Load(r)
		if r.Done() != nil {
			return
		}
		a.Detect(drop(noon, 4))
		a.Detect(&Detection{Kind: ActivityDrop, At: noon, Over: true})
		told(a)
	})
}
