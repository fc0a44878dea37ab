package activity

import "slices"

// records are what entries that are not light have beyond their heads: a word with the distances of older presence, eight
// bits each, and the packed days; then the rings of minutes, of the active and of the contributing; then the hours, two
// halves of a word or two rings; then the days, if they do not fit when packed. At an hour's lateness that is 32 bytes.
type records struct {
	minutes, hours int // words of a ring; no hours: halves of a word
	longDays       bool
	stride         int
	shift          uint8 // a page has 1 << shift records

	pages [][]uint64
	count int // of records, in use or free
	free  []uint32
}

const pageWords = 1 << 15 // at most, unless a record is longer

// init chooses the layout for a lateness.
func (r *records) init(lateness int64) {
	r.minutes = int(lateness/minuteMS+2+63) / 64
	r.stride = 1 + 2*r.minutes + 1
	if reach := lateness/hourMS + 2; reach+int64(longest[hours]) > 32 {
		r.hours = int(reach+63) / 64
		r.stride += 2*r.hours - 1
	}
	// A local day may be short, so the lateness may reach one day further back than it is long.
	if r.longDays = lateness/dayMS+2 >= nearDays; r.longDays {
		r.stride += 2
	}
	for r.stride<<(r.shift+1) <= pageWords {
		r.shift++
	}
}

type record []uint64

func (r *records) at(i uint32) record {
	return r.pages[i>>r.shift][int(i&(1<<r.shift-1))*r.stride:][:r.stride:r.stride]
}

// alloc returns an empty record and its number.
func (r *records) alloc() (uint32, record) {
	var i uint32
	if n := len(r.free); n > 0 {
		i, r.free = r.free[n-1], r.free[:n-1]
	} else {
		i = uint32(r.count)
		r.count++
		r.grow()
	}
	rec := r.at(i)
	clear(rec)
	rec[0] = far | far<<8 | far<<16 | far<<24
	return i, rec
}

// release gives a record back and returns its packed days.
func (r *records) release(i uint32) uint32 {
	r.free = append(r.free, i)
	return uint32(r.at(i)[0] >> 32)
}

// grow makes room for count records. The first page grows bit by bit, so that a small community stays small.
func (r *records) grow() {
	page := (r.count - 1) >> r.shift
	switch {
	case page == 0:
		n := r.count * r.stride
		if page == len(r.pages) {
			r.pages = append(r.pages, nil)
		}
		r.pages[0] = slices.Grow(r.pages[0], n-len(r.pages[0]))[:n]
	case page == len(r.pages):
		r.pages = append(r.pages, make([]uint64, r.stride<<r.shift))
	}
}

// known reports whether the newest minute and the newest day have presence of all in who.
func (r *records) known(rec record, who uint32) bool {
	if r.longDays || r.minutes > 1 {
		return false
	}
	day := uint32(rec[0]>>32)&1 | uint32(rec[0]>>48)&1<<1
	return (day&uint32(rec[1]&1|rec[2]&1<<1))&who == who
}

// ring returns a ring of a presence (0 or 1) and how far to shift the record's first word for its distance.
func (r *records) ring(rec record, res resolution, presence int) (ring, int) {
	if res == minutes {
		return ring(rec[1+presence*r.minutes:][:r.minutes]), 8 * presence
	}
	return ring(rec[1+2*r.minutes+presence*r.hours:][:r.hours]), 16 + 8*presence
}

func (rec record) old(shift int) int32 { return int32(rec[0] >> shift & 0xff) }

func (rec record) setOld(shift int, old int32) {
	rec[0] = rec[0]&^(0xff<<shift) | uint64(old)<<shift
}

func (r *records) shortHours(rec record) pair {
	w := rec[1+2*r.minutes]
	return pair{w & 0xffffffff, w >> 32}
}

func (r *records) setShortHours(rec record, x pair) {
	rec[1+2*r.minutes] = x[0]&0xffffffff | x[1]<<32
}

func (r *records) days(rec record) pair {
	if r.longDays {
		return pair(rec[r.stride-2:])
	}
	return unpackDays(uint32(rec[0] >> 32))
}

func (r *records) setDays(rec record, d pair) {
	if r.longDays {
		copy(rec[r.stride-2:], d[:])
		return
	}
	rec[0] = rec[0]&0xffffffff | uint64(d.pack())<<32
}
