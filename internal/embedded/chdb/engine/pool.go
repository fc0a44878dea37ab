package engine

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// Options opens a [Pool].
type Options struct {
	Library     string            // path of libchdb
	Dir         string            // data folder; created by the engine where missing
	Connections int               // statements that may run at once
	Waiting     int               // callers that may wait for a connection
	Settings    map[string]string // every connection's query settings
	Server      map[string]string // server settings; unknown names are ignored by the engine in silence
}

// Errors of [Open] and [Pool.Acquire].
var (
	ErrRunning = errors.New("an embedded ClickHouse is already running in this process: close it first")
	ErrBusy    = errors.New("too many queries are waiting for the embedded ClickHouse: send fewer at once, or give it more connections")
	ErrClosed  = errors.New("the embedded ClickHouse is closed")
)

// running guards the process's one engine.
var running atomic.Bool

// Pool is a set of connections to one data folder. It is safe for use by many
// goroutines; each connection it lends belongs to one of them.
type Pool struct {
	lib      *library
	path     string
	settings map[string]string
	slots    chan *Conn // nil stands for a connection that has to be made again
	waiting  chan struct{}
	serial   atomic.Int64

	control   *Conn
	controlMu sync.Mutex

	closing   chan struct{}
	closeOnce sync.Once
}

// Open loads the library and starts the engine on o.Dir.
func Open(o Options) (*Pool, error) {
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return nil, fmt.Errorf("finding the data folder %s: %w", o.Dir, err)
	}
	lib, err := load(o.Library)
	if err != nil {
		return nil, err
	}
	if !running.CompareAndSwap(false, true) {
		return nil, ErrRunning
	}
	p := &Pool{
		lib: lib, path: "--path=" + dir, settings: maps.Clone(o.Settings),
		slots: make(chan *Conn, o.Connections), waiting: make(chan struct{}, o.Waiting),
		closing: make(chan struct{}),
	}
	// The first connection boots the engine: server settings count here only.
	args := []string{p.path}
	for name, value := range o.Server {
		args = append(args, "--"+name+"="+value)
	}
	if p.control, err = connect(lib, args, p.settings, "rollcall-control"); err != nil {
		running.Store(false)
		return nil, fmt.Errorf("opening the data folder %s: %w", dir, err)
	}
	for range o.Connections {
		p.slots <- nil // made at first use
	}
	return p, nil
}

// Acquire lends a connection, waiting in a bounded queue. It returns ErrBusy
// when the queue is full and ErrClosed after Close.
func (p *Pool) Acquire(ctx context.Context) (*Conn, error) {
	select {
	case <-p.closing:
		return nil, ErrClosed
	default:
	}
	select {
	case c := <-p.slots:
		return p.ready(c)
	default:
	}
	select {
	case p.waiting <- struct{}{}:
	default:
		return nil, ErrBusy
	}
	defer func() { <-p.waiting }()
	select {
	case c := <-p.slots:
		return p.ready(c)
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-p.closing:
		return nil, ErrClosed
	}
}

// Idle is how many connections nobody has borrowed now.
func (p *Pool) Idle() int { return len(p.slots) }

// Waiting is how many callers wait in Acquire now.
func (p *Pool) Waiting() int { return len(p.waiting) }

func (p *Pool) ready(c *Conn) (*Conn, error) {
	if c != nil {
		return c, nil
	}
	c, err := connect(p.lib, []string{p.path}, p.settings, "rollcall-"+strconv.FormatInt(p.serial.Add(1), 10))
	if err != nil {
		p.slots <- nil
		return nil, fmt.Errorf("connecting to the embedded ClickHouse: %w", err)
	}
	return c, nil
}

// Release gives a connection back; a spoiled one is closed and its place filled
// by a new one at the next use.
func (p *Pool) Release(c *Conn) {
	if c.spoiled {
		c.close()
		c = nil
	}
	p.slots <- c
}

// killAgain is the pause between kills: a statement that has not reached the
// process list yet is missed by the one before.
const killAgain = 50 * time.Millisecond

// Watch kills whatever runs on c from the moment ctx ends until stop is called.
// Call stop before c is used for anything else; it waits.
func (p *Pool) Watch(ctx context.Context, c *Conn) (stop func()) {
	quit, done := make(chan struct{}), make(chan struct{})
	var once sync.Once
	go func() {
		defer close(done)
		select {
		case <-quit:
			return
		case <-ctx.Done():
		}
		again := time.NewTicker(killAgain)
		defer again.Stop()
		for {
			p.kill(c.tag)
			select {
			case <-quit:
				return
			case <-again.C:
			}
		}
	}()
	return func() { once.Do(func() { close(quit) }); <-done }
}

// kill is ASYNC because SYNC waits for the entry to leave system.processes,
// which happens only at that connection's next statement. Its failure needs no
// report: Watch repeats it, and the statement itself tells how it ended.
func (p *Pool) kill(tag string) {
	p.controlMu.Lock()
	defer p.controlMu.Unlock()
	_ = p.control.exec("KILL QUERY WHERE Settings['log_comment'] = " + quote(tag) + " ASYNC")
}

// Close waits for every lent connection, then shuts the engine down. End the
// contexts given to Watch first: a connection that is busy is never closed.
func (p *Pool) Close() {
	p.closeOnce.Do(func() {
		close(p.closing)
		for range cap(p.slots) {
			if c := <-p.slots; c != nil {
				c.close()
			}
		}
		p.controlMu.Lock()
		defer p.controlMu.Unlock()
		p.control.close()
		running.Store(false)
	})
}
