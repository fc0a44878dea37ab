package activity

import "math/bits"

// ring is a bit set over the newest panes of one resolution: bit p mod len stands for pane p. Its owner keeps the number
// of the newest pane (the head) and clears what the head moves over.
type ring []uint64

func (r ring) size() int32 { return int32(len(r)) * 64 }

func (r ring) has(p int32) bool {
	i := uint32(p) % uint32(r.size())
	return r[i/64]>>(i%64)&1 == 1
}

func (r ring) set(p int32) {
	i := uint32(p) % uint32(r.size())
	r[i/64] |= 1 << (i % 64)
}

// clear forgets the panes from, from+1, … to, which are at most size long.
func (r ring) clear(from, to int32) {
	if to-from+1 >= r.size() {
		clear(r)
		return
	}
	for p := from; p <= to; {
		i := uint32(p) % uint32(r.size())
		n := min(64-i%64, uint32(to-p+1))
		r[i/64] &^= ^uint64(0) >> (64 - n) << (i % 64)
		p += int32(n)
	}
}

// before returns the distance from p to the nearest set pane before it, or w if there is none nearer than w.
func (r ring) before(p, w int32) int32 {
	for d := int32(1); d < w; {
		i := uint32(p-d) % uint32(r.size())
		if x := r[i/64] << (63 - i%64); x != 0 {
			return min(w, d+int32(bits.LeadingZeros64(x)))
		}
		d += int32(i%64) + 1
	}
	return w
}

// after is before's mirror.
func (r ring) after(p, w int32) int32 {
	for d := int32(1); d < w; {
		i := uint32(p+d) % uint32(r.size())
		if x := r[i/64] >> (i % 64); x != 0 {
			return min(w, d+int32(bits.TrailingZeros64(x)))
		}
		d += 64 - int32(i%64)
	}
	return w
}

// gain returns the run of window ends [from, to) that a member newly present in pane p gains for a window of w panes:
// the ends p+1 … p+w less those that its nearest presence before and after covers already. The run may be empty.
// Nothing after the head is set, so it is passed to stop the search there.
func (r ring) gain(p, head, w int32) (from, to int32) {
	from, to = p+1, p+w+1
	if d := r.before(p, w); d < w {
		from += w - d
	}
	if reach := min(w, head-p+1); reach > 1 {
		if d := r.after(p, reach); d < reach {
			to -= w - d
		}
	}
	return from, to
}
