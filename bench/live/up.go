package live

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"

	"github.com/rollcall-dev/rollcall/bench/load"
	"github.com/rollcall-dev/rollcall/bench/measure"
	"github.com/rollcall-dev/rollcall/ingest/files"
	"github.com/rollcall-dev/rollcall/internal/app"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// importBatch is what `rollcall import` sends at once.
const importBatch = 10_000

// Up is a running `rollcall up`.
type Up struct {
	app.Run
	client *app.Client
	cmd    *exec.Cmd
}

// StartUp starts the program on a new data folder and waits until it serves.
func StartUp(ctx context.Context, program, dir string) (*Up, error) {
	cmd := exec.CommandContext(context.WithoutCancel(ctx), program, "up", "--data", dir, "--listen", "127.0.0.1:0")
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting rollcall up: %w", err)
	}
	u := &Up{cmd: cmd}
	for range 600 {
		run, err := app.FindRun(dir)
		if err == nil {
			u.Run = run
			u.client, err = app.Connect(app.Target{Dir: dir})
			return u, err
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), u.Close())
		case <-time.After(50 * time.Millisecond):
		}
	}
	return nil, errors.Join(errors.New("rollcall up does not serve after 30 s"), u.Close())
}

// Close stops it as Ctrl-C does.
func (u *Up) Close() error {
	_ = u.cmd.Process.Signal(syscall.SIGTERM)
	return u.cmd.Wait()
}

// Import sends the load as `rollcall import` does, less the reading of files, and returns what the process used until all
// of it is visible. The embedded broker's CPU is part of that, for it is the same process.
func (u *Up) Import(ctx context.Context, o load.Options) (r measure.Result, err error) {
	for c := range o.Communities {
		if _, err := u.client.SetCommunity(ctx, app.CommunitySetting{Community: load.Community(c), Clock: "data"}); err != nil {
			return r, fmt.Errorf("setting up a community: %w", err)
		}
	}
	g, err := load.New(o)
	if err != nil {
		return r, err
	}
	send := files.NewClient("http://"+u.HTTP, u.Token)
	upTo := func(n int) error {
		var a schemas.Action
		for n > 0 {
			b := &actionpb.ImportBatch{}
			for ; len(b.Actions) < importBatch && n > 0; n-- {
				g.Next(&a)
				a.Received = 0 // the collector's
				a.Source = nil
				b.Actions = append(b.Actions, a.Append(nil))
			}
			if err := send.Send(ctx, b); err != nil {
				return err
			}
		}
		_, err := u.client.Wait(ctx)
		return err
	}
	if err := upTo(o.PreludeEvents()); err != nil {
		return r, err
	}
	before, err := measure.CPUOf(u.PID)
	if err != nil {
		return r, err
	}
	began := time.Now()
	if err := upTo(o.Events); err != nil {
		return r, err
	}
	wall := time.Since(began)
	after, err := measure.CPUOf(u.PID)
	if err != nil {
		return r, err
	}
	peak, _ := measure.Memory(u.PID)
	communities, err := u.client.Communities(ctx)
	if err != nil {
		return r, err
	}
	var done int64
	for _, c := range communities {
		done += int64(c.Actions)
	}
	return measure.Result{Name: "ours-up", Events: int64(o.Events), Total: int64(o.Total()), Done: done, Wall: wall.Seconds(),
		CPU: (after - before).Seconds(), PeakRSS: peak}, nil
}
