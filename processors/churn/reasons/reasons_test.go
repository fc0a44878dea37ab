package reasons

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rollcall-dev/rollcall/processors/state"
	"github.com/rollcall-dev/rollcall/schemas"
)

const start = 19723 // 2024-01-01, a Monday

func name(n uint32) string { return fmt.Sprint("m", n) }

// daysOf makes a history's bits.
func question(member uint32, day int32, active ...int32) Question {
	q := Question{Member: member, Day: day, First: active[0], Last: active[len(active)-1], Total: uint32(len(active))}
	for _, d := range active {
		if back := q.Last - d; back < 64 {
			q.Days |= 1 << back
		}
	}
	return q
}

func codes(t *testing.T, c *Community, w Why) (all []Reason) {
	t.Helper()
	if err := json.Unmarshal([]byte(c.Text(w, name)), &all); err != nil {
		t.Fatal(err)
	}
	if last := all[len(all)-1]; last.Code != "risk" || len(last.Terms) != 7 {
		t.Errorf("the last is %+v", last)
	}
	return all[:len(all)-1]
}

// Anna (1) posted in help each Tuesday and answered Ben (2), until help died for her; Ben left; her last post had no answer.
func TestWhy(t *testing.T) {
	c := New()
	var active []int32
	for week := range int32(9) {
		day := start + 1 + 7*week // Tuesdays
		active = append(active, day)
		c.Use(1, day, schemas.KindView)
		if week < 6 {
			c.Use(1, day, schemas.KindPost)
			c.UseChannel(1, day, "help")
			c.Tie(1, 2, day)
		}
		if week < 4 {
			for range 3 {
				c.Tie(3, 1, day)
			}
		}
	}
	last := active[len(active)-1]
	c.Use(1, last, schemas.KindFeedback)
	c.Use(1, last+1, schemas.KindViolation)
	c.Commit(last+20, name)
	q := question(1, last+20, active...)
	q.Gone = func(m uint32) (bool, int32, bool) { return m == 2, last - 10, true }
	want := []Reason{
		{Code: "counterpart_left", Member: "m2", Times: 6, To: "2024-02-17"},
		{Code: "violation", From: "2024-02-28"},
		{Code: "unanswered", From: "2024-02-27"},
		{Code: "channel_stopped", Channel: "help", Days: 6, From: "2024-01-02", To: "2024-02-06"},
	}
	got := codes(t, c, c.Why(q))
	for i := range got {
		if !strings.ContainsAny(got[i].ZH, "已有曾不后") || got[i].EN == "" {
			t.Errorf("%s: %q, %q", got[i].Code, got[i].EN, got[i].ZH)
		}
		got[i].EN, got[i].ZH = "", ""
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	// Less is known of who only came.
	q.Member = 9
	got = codes(t, c, c.Why(q))
	if len(got) != 2 || got[0].Code != "weekday_missed" || got[0].Weekday != 2 || got[0].Days != 2 || got[1].Code != "longer_silence" || got[1].Usual != 7 {
		t.Errorf("%+v", got)
	}
	if got[0].EN != "came on 8 of 8 Tuesdays, and missed the last 2" || got[0].ZH != "8 个周二中有 8 个来过，最近 2 个都没来" {
		t.Errorf("%q %q", got[0].EN, got[0].ZH)
	}
}

// What had an answer is not unanswered, and what ended a year ago is no reason.
func TestWhyNot(t *testing.T) {
	c := New()
	for d := range int32(4) {
		c.Use(1, start+d, schemas.KindPost)
		c.UseChannel(1, start+d, "help")
		for range 2 {
			c.Tie(1, 2, start+d)
		}
	}
	last := int32(start + 365)
	c.Use(1, last, schemas.KindFeedback)
	c.Tie(2, 1, last)
	c.Commit(last+20, name)
	q := question(1, last+20, start, start+1, start+2, start+3, last)
	q.Gone = func(uint32) (bool, int32, bool) { return true, start + 4, true }
	if got := codes(t, c, c.Why(q)); len(got) != 0 {
		t.Errorf("%+v", got)
	}
}

func TestFewerReplies(t *testing.T) {
	c := New()
	for week := range int32(8) {
		for range []int{5, 5, 5, 5, 1, 0, 2, 0}[week] {
			c.Tie(2, 1, start+7*week)
		}
	}
	c.Commit(start+100, name)
	got := codes(t, c, c.Why(question(1, start+70, start+49)))
	if len(got) != 1 || got[0].Code != "fewer_replies" || got[0].Times != 3 || got[0].Before != 20 {
		t.Errorf("%+v", got)
	}
}

// The order of arrival, commits and restarts on the way change nothing.
func TestOrderDoesNotShow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type event struct {
			member, other uint32
			day           int32
			what          int
		}
		crowded := rapid.Bool().Draw(t, "crowded")
		events := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) event {
			day := rapid.Int32Range(0, 40)
			members := uint32(3)
			if crowded { // more counterparts of a day than a habit has places for, met equally often
				day, members = rapid.Int32Range(39, 40), 0
			}
			return event{rapid.Uint32Range(0, members).Draw(t, "member"), rapid.Uint32Range(0, 5).Draw(t, "other"), start + day.Draw(t, "day"), rapid.IntRange(0, 9).Draw(t, "what")}
		}), 0, 80).Draw(t, "events")
		// The other community's members have other numbers, as they do where partitions are heard in another order.
		number := func(c, plain *Community, n uint32) uint32 {
			if c == plain {
				return n
			}
			return 5 - n
		}
		var plain, other *Community
		give := func(c *Community, e event) {
			e.member, e.other = number(c, plain, e.member), number(c, plain, e.other)
			switch {
			case e.what < 3:
				for range tieHabit {
					c.Tie(e.member, e.other, e.day)
				}
			case e.what < 5:
				c.UseChannel(e.member, e.day, fmt.Sprint("c", number(c, plain, e.other)))
			case e.what < 6:
				c.UsePlatform(e.member, e.day, fmt.Sprint("p", number(c, plain, e.other)))
			default:
				c.Use(e.member, e.day, []schemas.Kind{schemas.KindPost, schemas.KindViolation, schemas.KindView, schemas.KindMessage}[e.what-6])
			}
		}
		names := func(c *Community) func(uint32) string {
			return func(n uint32) string { return name(number(c, plain, n)) }
		}
		ask := func(c *Community) (all []string) {
			for m := range uint32(4) {
				m = number(c, plain, m)
				q := question(m, start+60, start, start+20, start+40)
				q.Gone = func(o uint32) (bool, int32, bool) { return number(c, plain, o)%2 == 0, start + 10, true }
				all = append(all, c.Text(c.Why(q), names(c)), c.MainChannel(m), c.Platform(m))
			}
			return all
		}
		plain, other = New(), New()
		for _, e := range events {
			give(plain, e)
		}
		plain.Commit(start+50, names(plain))
		rest := rapid.Permutation(events).Draw(t, "order")
		for _, d := range []int32{start + rapid.Int32Range(0, 40).Draw(t, "until"), start + 50} {
			var later []event
			for _, e := range rest {
				if e.day < d || rapid.Bool().Draw(t, "early") {
					give(other, e)
				} else {
					later = append(later, e)
				}
			}
			other.Commit(d, names(other))
			w := state.NewWriter(0)
			other.Save(w)
			r := state.NewReader(w.Bytes())
			if other = Load(r); r.Done() != nil {
				t.Fatal(r.Err())
			}
			rest = later
		}
		if diff := cmp.Diff(ask(plain), ask(other)); diff != "" {
			t.Fatal(diff)
		}
	})
}

func FuzzLoad(f *testing.F) {
	c := New()
	c.UseChannel(1, start, "help")
	c.Tie(1, 2, start)
	c.Commit(start+1, name)
	c.UseChannel(2, start+1, "games")
	c.UsePlatform(2, start+1, "web")
	w := state.NewWriter(0)
	c.Save(w)
	f.Add(w.Bytes())
	f.Fuzz(func(t *testing.T, b []byte) {
		c := Load(state.NewReader(b))
		c.Use(1, start+50, schemas.KindPost)
		c.Commit(start+60, name)
		c.Text(c.Why(question(1, start+60, start+50)), name)
	})
}

// What a member does beyond the first things takes nothing from these.
func TestAThirdThingHasItsOwnPlace(t *testing.T) {
	c := New()
	use := func(channel string, days ...int32) {
		for _, d := range days {
			c.UseChannel(1, d, channel)
		}
		c.Commit(days[len(days)-1]+1, func(uint32) string { return "ada" })
	}
	use("z", 100)
	use("b", 101)
	use("c", 102, 103, 104)
	if got := c.MainChannel(1); got != "c" {
		t.Errorf("%q is used most", got)
	}
	use("z", 105, 106, 107)
	if got := c.MainChannel(1); got != "z" {
		t.Errorf("%q is used most, on four days", got)
	}
}
