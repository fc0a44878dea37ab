package stream

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rollcall-dev/rollcall/schemas"
)

// director makes happen what no single call does: processes come, go and die, partitions move, clocks jump, disks fill.
type director struct {
	t      *testing.T
	w      *world
	r      *rand.Rand
	owner  *rig   // owns everything between two scenes
	all    []*rig // every process there was
	scenes []func(*director)

	rebuilt bool // whether the story rebuilds a community
}

func (d *director) start() *rig {
	r := d.w.run(d.t, func(o *Options) {
		p := o.Log.(*process)
		o.FlushEvery = time.Duration(1+d.r.IntN(2000)) * time.Millisecond
		o.FlushRows = 1 + d.r.IntN(30)
		o.SnapshotEvery = time.Duration(d.r.IntN(10_000)) * time.Millisecond
		o.Now = func() time.Time {
			p.mu.Lock()
			defer p.mu.Unlock()
			return time.Now().Add(p.skew)
		}
		batch := 1 + d.r.IntN(8)
		p.batch = func() int { return batch }
	}, d.w.stages()...)
	d.all = append(d.all, r)
	align(0)
	synctest.Wait()
	return r
}

// pass lets up to max go by, and starts what has died.
func (d *director) pass(limit time.Duration) {
	if limit > 0 {
		<-time.After(time.Duration(d.r.Int64N(int64(limit/time.Millisecond))) * time.Millisecond)
	}
	align(0)
	synctest.Wait()
	if d.owner == nil {
		return
	}
	dead := false
	d.w.read(func() { dead = d.owner.dead })
	if dead {
		d.t.Logf("%s life %d is dead", time.Now().Format("15:04:05.000"), d.owner.life)
		d.owner.cancel()
		d.owner = d.start()
	}
}

func (d *director) kill(r *rig) {
	d.w.read(func() { r.dead = true })
	r.cancel()
	d.pass(0)
}

// deal tells the groups of a process which partitions are its own; nil is none, and that it is not asked again.
func (d *director) deal(r *rig, has func(partition int) bool) {
	for i, g := range r.generations {
		var own []int
		if has != nil {
			own = []int{}
			for n := range d.w.topics[d.w.stages()[i].Topic] {
				if has(n) {
					own = append(own, n)
				}
			}
		}
		g <- own
	}
	align(0)
	synctest.Wait()
}

func all(int) bool { return true }

// trapped are the calls in whose midst a rebalance is interesting.
var trapped = []string{"append to " + schemas.TopicSignals, "write rows", "create snapshot", "write snapshot", "list",
	"open " + schemas.TopicActions, "delete"}

// caught waits until a call that makes a rebalance interesting is on its way.
func (d *director) caught() {
	name, sprung := trapped[d.r.IntN(len(trapped))], make(chan struct{})
	d.w.read(func() { d.w.storm.trap, d.w.storm.sprung = name, sprung })
	select {
	case <-sprung:
		d.count("rebalance during " + name)
	case <-time.After(4 * time.Second):
		d.w.read(func() { d.w.storm.trap = "" })
	}
	align(0)
	synctest.Wait()
}

// count counts what happens, and tells it to who looks at a failure.
func (d *director) count(what string) {
	d.w.read(func() { d.w.storm.counts[what]++ })
	d.t.Logf("%s %s", time.Now().Format("15:04:05.000"), what)
}

func (d *director) crash() { d.count("crash between calls"); d.kill(d.owner) }

// restart stops as Ctrl-C does; the next one starts when it is down, or a little before.
func (d *director) restart() {
	d.count("restart")
	old := d.owner
	d.owner = nil
	old.cancel()
	d.pass(3 * time.Second)
	d.owner = d.start()
}

// rebalance takes all partitions away and deals them out again, some of them a little later.
func (d *director) rebalance() {
	d.caught()
	if d.r.IntN(2) == 0 {
		d.deal(d.owner, all)
	} else {
		first := d.r.IntN(2)
		d.deal(d.owner, func(n int) bool { return n == first })
		d.pass(8 * time.Second)
		d.deal(d.owner, all)
	}
	d.pass(2 * time.Second)
}

// share has a second process take some partitions for a while. Nobody waits for the first to be done with them.
func (d *director) share() {
	d.count("shared")
	a, first := d.owner, d.r.IntN(2)
	d.caught()
	d.deal(a, func(n int) bool { return n == first })
	d.owner = nil
	if d.r.IntN(2) == 0 {
		d.pass(2 * time.Second)
	}
	b := d.start()
	d.deal(b, func(n int) bool { return n != first })
	<-time.After(time.Duration(d.r.IntN(10_000)) * time.Millisecond)
	align(0)
	if d.r.IntN(2) == 0 {
		a, b = b, a
	}
	d.leave(b)
	d.deal(a, all)
	d.owner = a
	d.pass(time.Second)
}

// leave ends a process one way or the other.
func (d *director) leave(r *rig) {
	if d.r.IntN(2) == 0 {
		d.w.read(func() { r.dead = true })
	}
	r.cancel()
	align(0)
	synctest.Wait()
}

// zombie has two owners of everything: the one that the group takes for dead goes on for some seconds.
func (d *director) zombie() {
	d.count("two owners")
	old := d.owner
	d.w.read(func() { old.fenced = true })
	d.owner = nil
	d.owner = d.start()
	d.pass(8 * time.Second)
	if d.r.IntN(2) == 0 {
		d.leave(old)
		return
	}
	d.deal(old, nil) // it notices, and comes back when the other has gone
	for range d.r.IntN(3) {
		d.pass(6 * time.Second)
		d.retention()
	}
	alive := false
	d.w.read(func() { alive, old.fenced = !old.dead, false })
	if !alive {
		old.cancel()
		return
	}
	other := d.owner
	d.owner = nil
	d.leave(other)
	d.pass(2 * time.Second)
	d.count("comes back")
	d.deal(old, all)
	d.owner = old
	d.pass(time.Second)
}

func (d *director) jump() {
	hours := time.Duration(d.r.IntN(60)-30) * time.Hour
	name := "clock jumps forward"
	d.w.read(func() {
		if hours < d.owner.skew {
			name = "clock jumps back"
		}
		d.owner.skew = hours
	})
	d.count(name)
	d.pass(8 * time.Second)
}

func (d *director) until(limit time.Duration) time.Time {
	return time.Now().Add(time.Duration(d.r.Int64N(int64(limit))))
}

func (d *director) slowSink() {
	d.w.read(func() { d.w.storm.slow = d.until(time.Minute) })
}

func (d *director) noSink() {
	d.w.read(func() { d.w.storm.down = d.until(4 * time.Minute) })
	d.pass(time.Minute)
}

func (d *director) fullDisk() {
	d.w.read(func() { d.w.storm.full = d.until(time.Minute) })
}

// snapshots returns the next offsets of a partition's snapshots that are whole, ascending.
func (w *world) snapshots(stage string, n int) (next []int64) {
	for name := range w.bucket {
		if strings.HasPrefix(name, snapshotFolder(stage, n)) && !w.spoilt[name] {
			next = append(next, offsetOf(name))
		}
	}
	slices.Sort(next)
	return next
}

// damage changes a byte of the newest snapshots, as long as one stays that is whole where the log begins late.
func (d *director) damage() {
	d.w.read(func() {
		for _, topic := range []string{schemas.TopicActions, schemas.TopicSignals, schemas.TopicRejected} {
			for n, part := range d.w.topics[topic] {
				whole := d.w.snapshots(stageOf[topic], n)
				if len(whole) == 0 || len(whole) == 1 && part.first > 0 || d.r.IntN(2) == 0 {
					continue
				}
				name := snapshotName(stageOf[topic], n, whole[len(whole)-1])
				b := d.w.bucket[name]
				b[d.r.IntN(len(b))] ^= 4
				d.w.spoilt[name] = true
				d.w.storm.counts["snapshot damaged"]++
			}
		}
	})
	d.crash()
}

// retention drops what all snapshots cover and nobody reads.
func (d *director) retention() {
	d.w.read(func() {
		if d.owner == nil || d.owner.dead || d.owner.open < 3+len(d.w.topics[schemas.TopicActions]) {
			return // it may be about to read what is in no snapshot that is listed later
		}
		for topic, parts := range d.w.topics {
			for n, part := range parts {
				covered := d.w.snapshots(stageOf[topic], n)
				if len(covered) == 0 {
					continue
				}
				for s := range d.w.sources {
					if s.part == part && !s.p.dead {
						covered = append(covered, s.next)
					}
				}
				if first := slices.Min(covered); first > part.first {
					part.first = first
					d.w.storm.counts["retention"]++
				}
			}
		}
	})
	d.pass(time.Second)
}
