package engagement

// record is what is remembered of a member. Nearly always the half-lives before the newest can change no more, or are
// empty: settled is their sum in units of 2^(newest − 1), and state holds the terms of the newest. Else state refers to a
// block with the terms of the open half-lives, half-life q at q mod size, and settled is the sum of those before them, in
// units of 2^(newest − size).
type record struct {
	state   uint64 // newest + 1 in 16 bits, 0 before the first action; 1 bit for a block; the terms or the block's number
	settled float64
}

const (
	inBlock  uint64 = 1 << 47
	maxTerms        = inBlock - 1
)

func (m *record) newest() int32         { return int32(m.state>>48) - 1 }
func (m *record) blocked() bool         { return m.state&inBlock != 0 }
func (m *record) block() uint32         { return uint32(m.state) }
func (m *record) terms() uint64         { return m.state & maxTerms }
func (m *record) put(q int32, s uint64) { m.state = uint64(q+1)<<48 | s }

// add adds a term to half-life q. Half-lives before final can change no more.
func (s *Scores) add(m *record, q, final int32, term uint64) {
	newest := m.newest()
	if newest < 0 {
		m.put(q, 0)
		newest = q
	}
	if !m.blocked() {
		if q > newest && (newest < final || m.terms() == 0) {
			m.settle(q)
			newest = q
		}
		if q == newest && m.terms()+term <= maxTerms {
			m.state += term
			return
		}
		s.open(m)
	}
	s.addOpen(m, q, term)
	s.close(m, final)
}

// settle makes q the newest half-life.
func (m *record) settle(q int32) {
	m.settled = m.settled/2 + float64(m.terms())
	for n := m.newest() + 1; n < q && m.settled != 0; n++ {
		m.settled /= 2
	}
	m.put(q, 0)
}

// open moves a member's terms to a block.
func (s *Scores) open(m *record) {
	b, q := s.blocks.Take(), m.newest()
	s.blocks.At(b)[int(q)%s.size] = m.terms()
	for range s.size - 1 {
		m.settled *= 2
	}
	m.put(q, inBlock|uint64(b))
}

// addOpen adds a term to a member with a block.
func (s *Scores) addOpen(m *record, q int32, term uint64) {
	b := s.blocks.At(m.block())
	newest := m.newest()
	for ; newest < q; newest++ {
		at := int(newest+1) % s.size // the oldest makes room for the next
		m.settled = m.settled/2 + float64(b[at])
		b[at] = 0
	}
	b[int(q)%s.size] += term
	m.put(newest, inBlock|uint64(m.block()))
}

// close gives a member's block up if it is needed no more.
func (s *Scores) close(m *record, final int32) {
	b, newest := s.blocks.At(m.block()), m.newest()
	terms := b[int(newest)%s.size]
	if terms > maxTerms {
		return
	}
	for q := max(final, newest-int32(s.size)+1); q < newest; q++ {
		if b[int(q)%s.size] != 0 {
			return
		}
	}
	m.settled = s.before(m)
	s.blocks.Free(m.block())
	m.put(newest, terms)
}

// before returns the sum of all half-lives before the newest, in units of 2^(newest − 1).
func (s *Scores) before(m *record) float64 {
	v := m.settled
	if !m.blocked() {
		return v
	}
	b := s.blocks.At(m.block())
	for q := m.newest() - int32(s.size) + 1; q < m.newest(); q++ {
		v /= 2
		if q >= 0 {
			v += float64(b[int(q)%s.size])
		}
	}
	return v
}

// sum returns the sum of all half-lives in units of 2^newest.
func (s *Scores) sum(m *record) float64 {
	terms := m.terms()
	if m.blocked() {
		terms = s.blocks.At(m.block())[int(m.newest())%s.size]
	}
	return s.before(m)/2 + float64(terms)
}
