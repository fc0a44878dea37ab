package activity

import "github.com/rollcall-dev/rollcall/processors/state"

// Blocks and records are saved as they lie: where they lie follows from what was observed and forgotten, so that equal
// histories make equal snapshots.

func (b *blocks) save(w *state.Writer) {
	saveNumbers(w, b.refs)
	w.Uint(uint64(len(b.pages)))
	for _, p := range b.pages {
		saveNumbers(w, p)
	}
	for _, free := range b.free {
		saveNumbers(w, free)
	}
}

func (b *blocks) load(r *state.Reader) {
	b.refs = loadNumbers(r)
	for i := range r.Len() {
		p := loadNumbers(r)
		if n := pageSize - len(p); i > 0 && n > 0 {
			p = append(make([]uint32, 0, pageSize), p...)
		}
		b.pages = append(b.pages, p)
	}
	for class := range b.free {
		b.free[class] = loadNumbers(r)
	}
}

// sound reports whether what was loaded can be used: damage must not end in a panic.
func (b *blocks) sound(segments, records int) bool {
	if len(b.pages) > 0 && len(b.pages[0]) == 0 {
		return false // a block would have reference 0
	}
	taken := make([][]uint64, len(b.pages)) // a bit for each number
	for i, p := range b.pages {
		taken[i] = make([]uint64, len(p)/64+1)
	}
	for _, ref := range b.refs {
		if ref == 0 {
			continue
		}
		if !b.take(taken, ref, -1) {
			return false
		}
		block := b.at(ref)
		if block[0] == 0 {
			return false
		}
		for i := range int(block[0]) {
			e := entryAt(block, i)
			if int(e[0]) >= segments || head(e[1]).flags() == 0 && int(e[2]) >= records {
				return false
			}
		}
	}
	for class, free := range b.free {
		for _, ref := range free {
			if !b.take(taken, ref, class) {
				return false
			}
		}
	}
	return true
}

// take marks the place of a block of a class, or for class -1 of its own, and reports whether it was there and free.
func (b *blocks) take(taken [][]uint64, ref uint32, class int) bool {
	page, offset := int(ref>>pageBits), int(ref&(pageSize-1))
	if ref == 0 || page >= len(b.pages) || offset >= len(b.pages[page]) {
		return false
	}
	room := len(b.pages[page]) - offset
	if class < 0 {
		n := int(b.pages[page][offset])
		if n > room/entrySize {
			return false
		}
		class = classOf(n)
	}
	size := blockSize(class)
	if size > room {
		return false
	}
	for size > 0 {
		n := min(64-offset%64, size)
		mask := ^uint64(0) >> (64 - n) << (offset % 64)
		if taken[page][offset/64]&mask != 0 {
			return false
		}
		taken[page][offset/64] |= mask
		offset += n
		size -= n
	}
	return true
}

func (r *records) save(w *state.Writer) {
	w.Uint(uint64(r.count))
	for i, p := range r.pages {
		w.Words(p[:min(len(p), (r.count-i<<r.shift)*r.stride)])
	}
	saveNumbers(w, r.free)
}

func (r *records) load(from *state.Reader) {
	for n := from.Len(); n > 0 && from.Err() == nil; {
		p := from.Words()
		here := min(n, 1<<r.shift)
		if len(p) != here*r.stride {
			from.Fail()
			break
		}
		if len(r.pages) > 0 {
			p = append(p, make([]uint64, r.stride<<r.shift-len(p))...)
		}
		r.pages = append(r.pages, p)
		r.count += here
		n -= here
	}
	r.free = loadNumbers(from)
	for _, i := range r.free {
		if int(i) >= r.count {
			from.Fail()
		}
	}
}

// saveNumbers writes numbers two to a word.
func saveNumbers(w *state.Writer, v []uint32) {
	w.Bool(len(v)%2 == 1)
	words := make([]uint64, 0, (len(v)+1)/2)
	for ; len(v) >= 2; v = v[2:] {
		words = append(words, uint64(v[0])|uint64(v[1])<<32)
	}
	if len(v) == 1 {
		words = append(words, uint64(v[0]))
	}
	w.Words(words)
}

func loadNumbers(r *state.Reader) []uint32 {
	odd := r.Bool()
	words := r.Words()
	v := make([]uint32, 0, 2*len(words))
	for _, x := range words {
		v = append(v, uint32(x), uint32(x>>32))
	}
	if odd && len(v) > 0 {
		v = v[: len(v)-1 : len(v)-1] // damage must not come back when the slice grows
	}
	return v
}
