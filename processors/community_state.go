package processors

import (
	"fmt"

	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/processors/activity"
	"github.com/rollcall-dev/rollcall/processors/dedupe"
	"github.com/rollcall-dev/rollcall/processors/engagement"
	"github.com/rollcall-dev/rollcall/processors/facts"
	"github.com/rollcall-dev/rollcall/processors/hours"
	"github.com/rollcall-dev/rollcall/processors/lifecycle"
	"github.com/rollcall-dev/rollcall/processors/members"
	"github.com/rollcall-dev/rollcall/processors/state"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

func (c *community) save(w *state.Writer) {
	w.String(c.name)
	w.Uint(uint64(c.epoch))
	w.Bool(c.staged)
	settings, err := proto.MarshalOptions{Deterministic: true}.Marshal(c.settings)
	if err != nil { // it came as a record: DecodeRecord checked it
		panic(fmt.Sprintf("settings that were read do not encode: %v", err))
	}
	w.String(string(settings))
	w.Int(c.time)
	w.Int(c.heard)
	w.Int(int64(c.today))
	w.Bool(c.greeted)
	w.Bool(c.told)
	w.Bool(c.swapping)
	w.Int(c.again)
	w.Int(c.sent)
	c.seen.Save(w)
	c.members.Save(w)
	c.tracker.Save(w)
	c.lives.Save(w)
	c.hours.Save(w)
	c.scores.Save(w)
	c.facts.Save(w)
	w.Int(c.mark)
	w.Bool(c.direct)
	w.Uint(uint64(len(c.kept)))
	for _, k := range c.kept {
		w.String(string(k.value))
		w.Bool(k.late)
	}
	w.Bool(c.next != nil)
	if c.next != nil {
		c.next.save(w)
	}
}

func loadCommunity(r *state.Reader) (*community, error) {
	c := &community{name: r.String(), epoch: uint32(r.Uint()), staged: r.Bool()}
	var s actionpb.Settings
	if err := proto.Unmarshal([]byte(r.String()), &s); err != nil {
		return nil, fmt.Errorf("settings of community %q: %w", c.name, err)
	}
	c.adopt(&s)
	c.time, c.heard, c.today = r.Between(unset, schemas.MaxTime), r.Int(), int32(r.Int())
	c.greeted, c.told, c.swapping, c.again, c.sent = r.Bool(), r.Bool(), r.Bool(), r.Int(), r.Int()
	c.seen = dedupe.Load(r)
	c.members = members.LoadCounts(r)
	c.tracker = activity.LoadTracker(r)
	c.lives = lifecycle.LoadLives(r)
	c.hours = hours.LoadCounts(r)
	c.scores = engagement.LoadScores(engagement.WeightsOf(s.Weights), r)
	c.facts = facts.LoadFeed(r)
	c.mark, c.direct = r.Int(), r.Bool()
	for range r.Len() {
		k := keptAction{[]byte(r.String()), r.Bool()}
		c.kept, c.size = append(c.kept, k), c.size+len(k.value)
	}
	if r.Bool() && r.Err() == nil {
		if c.staged {
			return nil, fmt.Errorf("community %q: a second state has another: %w", c.name, state.ErrDamaged)
		}
		next, err := loadCommunity(r)
		if err != nil {
			return nil, err
		}
		c.next = next
	}
	return c, r.Err()
}
