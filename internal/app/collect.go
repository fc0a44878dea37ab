package app

import (
	"context"
	"errors"
	"log/slog"
	"os"

	"github.com/rollcall-dev/rollcall/ingest/registry"
	"github.com/rollcall-dev/rollcall/internal/kafka"
)

// newPartitions is how many partitions the topics of a cluster get where nobody says.
const newPartitions = 12

// PartOptions are what a part that runs alone needs, whichever it is.
type PartOptions struct {
	Kafka      kafka.Config
	Partitions int // of topics that are not there yet; 0 takes what there is, else 12
	Listen     string
	Token      string // the administrator's; made where there is none
	Logger     *slog.Logger
	Ready      func(Part) // called once it serves
}

// Part is a part that serves.
type Part struct {
	HTTP  string `json:"http"`
	Token string `json:"token,omitempty"` // only where it was made here: nobody else knows it
}

// CollectOptions are the settings of `rollcall collect`.
type CollectOptions struct {
	PartOptions
	CreateUnknown bool
	RatePerKey    float64
}

// Collect takes actions into an external Kafka until ctx ends.
func Collect(ctx context.Context, o CollectOptions) (err error) {
	p := newProgram("collect", false, o.Logger)
	defer func() { err = errors.Join(err, p.close()) }()
	part, err := p.openPart(ctx, o.PartOptions, registry.Options{Create: o.CreateUnknown})
	if err != nil {
		return err
	}
	if err := p.openCollector(o.RatePerKey); err != nil {
		return err
	}
	return p.servePart(ctx, o.PartOptions, part)
}

// openPart opens the log of a part that runs alone.
func (p *program) openPart(ctx context.Context, o PartOptions, names registry.Options) (*part, error) {
	out := &part{token: o.Token}
	if out.token == "" {
		out.token = newToken()
		out.Token = out.token
	}
	r := registry.New(names)
	r.SetAdmin(out.token)
	o.Kafka.ClientID = clientID
	return out, p.openLog(ctx, o.Kafka, o.Partitions, newPartitions, r)
}

type part struct {
	Part
	token string
}

// servePart serves until ctx ends.
func (p *program) servePart(ctx context.Context, o PartOptions, part *part) (err error) {
	if part.HTTP, err = p.serve(o.Listen, part.token); err != nil {
		return err
	}
	if err := p.ready(ctx); err != nil {
		return err
	}
	if p.dir != "" {
		if err := p.leaveRun(Run{PID: os.Getpid(), HTTP: part.HTTP, Kafka: p.config.String(), Token: part.token}); err != nil {
			return err
		}
	}
	if o.Ready != nil {
		o.Ready(part.Part)
	}
	return p.wait(ctx)
}
