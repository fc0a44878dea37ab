package outbox

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/alerts"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// Log is the topic rollcall.alerts, which has one partition.
type Log interface {
	// Join takes part in a consumer group until ctx ends, and calls own whenever and as long as the partition falls to this
	// process. own ends with its context. commit tells the group the offset of the next record; after a failure it is called
	// again.
	Join(ctx context.Context, group string, own func(ctx context.Context, commit func(int64) error) error) error
	// Committed returns what the group was told, -1 where nothing.
	Committed(ctx context.Context, group string) (int64, error)
	// Offsets returns the first record's offset and the one that the next gets.
	Offsets(ctx context.Context) (first, next int64, err error)
	// Open returns a reader that begins at an offset.
	Open(ctx context.Context, offset int64) (Reader, error)
}

// Reader reads the log in one goroutine.
type Reader interface {
	// Fetch waits for a while and returns the next records, perhaps none; they are the caller's until the next Fetch. What passes by itself it sits out: after an error
	// the reader is of no use.
	Fetch(ctx context.Context) ([]schemas.Logged, error)
	// HighWater is the offset behind the newest record, as the last answer told it.
	HighWater() int64
	Close() error
}

// Place is what is set of a community.
type Place struct {
	Zone  *time.Location // nil: UTC
	Quiet Hours
}

// Options of an outbox.
type Options struct {
	Log        Log
	Receivers  []Receiver // names differ
	Place      func(community string) Place
	Link       func(*actionpb.Alert) string // to the console; nil: none
	Registerer prometheus.Registerer
	Logger     *slog.Logger
}

// Outbox sends alerts to receivers.
type Outbox struct {
	o       Options
	senders []*sender
}

// Group is the consumer group of a receiver.
func Group(receiver string) string { return "rollcall.alerts." + receiver }

// New prepares an outbox.
func New(o Options) (*Outbox, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	out := &Outbox{o: o}
	m, err := newMetrics(o.Registerer)
	if err != nil {
		return nil, err
	}
	for i := range o.Receivers {
		r := &o.Receivers[i]
		r.Most = max(r.Most, 1)
		s := newSender(&out.o, r, m.of(r.Name))
		if err := registerOldest(o.Registerer, s); err != nil {
			return nil, err
		}
		out.senders = append(out.senders, s)
	}
	return out, nil
}

// Run sends until ctx ends. What is on its way then has a few seconds to arrive.
func (o *Outbox) Run(ctx context.Context) error {
	var wg sync.WaitGroup
	errs := make([]error, len(o.senders))
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for i, s := range o.senders {
		wg.Go(func() {
			if errs[i] = s.run(ctx); errs[i] != nil {
				cancel()
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// State is how a receiver fares.
type State struct {
	Name      string    `json:"name"`
	Type      string    `json:"type"`
	Owned     bool      `json:"owned"` // this process sends to it; else another does, or none yet
	Lag       int64     `json:"lag"`   // records that are not settled
	Waiting   int       `json:"waiting"`
	Oldest    float64   `json:"oldest_waiting_seconds"`
	Sent      uint64    `json:"sent"` // messages since this process began, as below
	Retried   uint64    `json:"retried"`
	Failed    uint64    `json:"failed"`  // changes that were given up
	TooOld    uint64    `json:"too_old"` // changes that were passed over, as they tell of what was long before
	LastSent  time.Time `json:"last_sent,omitzero"`
	LastError string    `json:"last_error,omitempty"` // of the last try, if it failed
}

// States returns how all receivers fare, in the order of the configuration.
func (o *Outbox) States() []State {
	out := []State{}
	for _, s := range o.senders {
		out = append(out, s.now())
	}
	return out
}

// Tested is how a receiver took a message for testing.
type Tested struct {
	Name    string  `json:"name"`
	Type    string  `json:"type"`
	OK      bool    `json:"ok"`
	Error   string  `json:"error,omitempty"`
	Seconds float64 `json:"seconds"`
}

// Test sends an alert of kind test to a receiver, or to all where none is named, at once and past queue, rules and
// rates, and returns how each took it. Nothing where there is no receiver of that name.
func (o *Outbox) Test(ctx context.Context, receiver string, test *actionpb.Alert) []Tested {
	out := []Tested{}
	var wg sync.WaitGroup
	var mu sync.Mutex
	for _, s := range o.senders {
		if receiver != "" && s.r.Name != receiver {
			continue
		}
		mu.Lock()
		i := len(out)
		out = append(out, Tested{Name: s.r.Name, Type: s.r.Type})
		mu.Unlock()
		wg.Go(func() {
			began := time.Now()
			m := alerts.Message{Alerts: []*actionpb.Alert{proto.Clone(test).(*actionpb.Alert)}, Language: s.r.Language, Link: o.o.Link,
				Zone: s.r.zone(Place{})}
			ctx, cancel := context.WithTimeout(ctx, sendTimeout)
			defer cancel()
			err := s.r.Channel.Send(ctx, m)
			mu.Lock()
			defer mu.Unlock()
			if out[i].OK, out[i].Seconds = err == nil, time.Since(began).Seconds(); err != nil {
				out[i].Error = err.Error()
			}
		})
	}
	wg.Wait()
	return out
}
