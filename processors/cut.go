package processors

import (
	"fmt"

	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

const (
	// cutEvery is after how many records signals are cut where no tick cuts them. Like every cut it is a place in the log
	// (ADR 5), so it may change only together with the version of the snapshots.
	cutEvery = 50_000
	// chunkPlaces bounds what one signal changes, to stay far below the broker's limit of a message. It is part of a cut
	// as well.
	chunkPlaces = 20_000
	// stateVersion is that of the folds' state: of snapshots, and of the signals from one stage to the other. A program
	// passes over those of an older one and folds the log again, which sends them anew.
	stateVersion = 7
)

// cut sends what each community learnt since the last cut.
func (m *Members) cut() {
	m.sinceCut = 0
	for _, c := range m.order {
		m.cutOne(c)
		if c.next != nil {
			m.cutOne(c.next)
		}
	}
}

func (m *Members) cutOne(c *community) {
	if !c.worthASignal() {
		return
	}
	k := chunks{m: m, signal: &actionpb.Signal{
		Version: stateVersion, Community: c.name, Partition: m.partition, Partitions: m.partitions, Cut: m.next, Time: c.time,
		Epoch: c.epoch, Swapped: c.swapping, Settings: c.changedSettings(), Hours: c.hours.Cut(),
	}}
	c.lives.Cut(m.chunk,
		func(d *actionpb.Series) { s := k.room(len(d.Start)); s.Series = append(s.Series, d) },
		func(d *actionpb.Cohorts) { s := k.room(len(d.Cohort)); s.Cohorts = append(s.Cohorts, d) },
		func(d *actionpb.Days) { s := k.room(len(d.Start)); s.Days = append(s.Days, d) })
	c.facts.Cut(
		func(places int, f *actionpb.Facts) { s := k.room(places); s.Facts = append(s.Facts, f) },
		func(places int, t *actionpb.Ties) { s := k.room(places); s.Ties = append(s.Ties, t) })
	for _, d := range c.tracker.Cut() {
		s := k.room(len(d.End))
		s.Deltas = append(s.Deltas, d)
	}
	m.send(k.signal, false)
	m.out.RowsFirst = m.out.RowsFirst || c.swapping
	c.sent, c.swapping = c.time, false
}

// chunks splits what one cut says into signals of bounded size.
type chunks struct {
	m      *Members
	signal *actionpb.Signal
	places int
}

// room returns the signal that has room for so many places: the next one, if this one is full.
func (k *chunks) room(places int) *actionpb.Signal {
	if k.places += places; k.places > k.m.chunk && k.places > places {
		s := k.signal
		k.m.send(s, true)
		k.signal = &actionpb.Signal{Version: s.Version, Community: s.Community, Partition: s.Partition, Partitions: s.Partitions,
			Cut: s.Cut, Time: s.Time, Epoch: s.Epoch, Swapped: s.Swapped, Chunk: s.Chunk + 1}
		k.places = places
	}
	return k.signal
}

func (m *Members) send(s *actionpb.Signal, more bool) {
	s.More = more
	b, err := proto.Marshal(s)
	if err != nil { // only a string that is not UTF-8 can do that, and DecodeRecord lets none through
		panic(fmt.Sprintf("a signal of our own making does not encode: %v", err))
	}
	m.out.Signals = append(m.out.Signals, schemas.Record{Key: []byte(s.Community), Value: b})
}
