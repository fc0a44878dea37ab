package kafka

import (
	"encoding/binary"
	"hash/crc32"
	"time"

	"github.com/rollcall-dev/rollcall/schemas"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// A record batch begins with this many bytes: https://kafka.apache.org/documentation/#recordbatch
const headBytes = 61

// maxOverhead bounds what a record takes besides its key and value: six varints and the attributes.
const maxOverhead = 32

// sizePrefix is the length that the produce request puts before the batch.
const sizePrefix = 4

// batch is one record batch as it goes over the wire, and the callers that wait for it.
type batch struct {
	buf   []byte // sizePrefix, the head, the records
	n     int    // records
	calls []*call
	cost  int64 // bytes taken from the producer's budget
}

func newBatch(buf []byte) *batch {
	return &batch{buf: append(buf[:0], make([]byte, sizePrefix+headBytes)...)}
}

// recordCost is what a record takes of a batch and of the budget, at most.
func recordCost(r schemas.Record) int { return len(r.Key) + len(r.Value) + maxOverhead }

// fits says whether a record of a cost may join without passing limit bytes.
func (b *batch) fits(cost, limit int) bool { return b.n == 0 || len(b.buf)+cost <= limit }

// add copies a record into the batch. A nil key is written as none.
func (b *batch) add(r schemas.Record) {
	body := 1 + 1 + varintLen(int64(b.n)) + bytesLen(r.Key) + varintLen(int64(len(r.Value))) + len(r.Value) + 1
	buf := binary.AppendVarint(b.buf, int64(body))
	buf = append(buf, 0, 0) // no attributes, the batch's own time
	buf = binary.AppendVarint(buf, int64(b.n))
	if r.Key == nil {
		buf = binary.AppendVarint(buf, -1)
	} else {
		buf = binary.AppendVarint(buf, int64(len(r.Key)))
		buf = append(buf, r.Key...)
	}
	buf = binary.AppendVarint(buf, int64(len(r.Value)))
	buf = append(buf, r.Value...)
	buf = append(buf, 0) // no headers
	b.buf = buf
	b.n++
	b.cost += int64(recordCost(r))
}

// seal writes the head; the batch takes no more records.
func (b *batch) seal(now time.Time) []byte {
	head := b.buf[sizePrefix:]
	binary.BigEndian.PutUint32(b.buf, uint32(len(head)))
	binary.BigEndian.PutUint64(head, 0) // the broker sets the offset
	binary.BigEndian.PutUint32(head[8:], uint32(len(head)-12))
	binary.BigEndian.PutUint32(head[12:], ^uint32(0)) // no leader epoch
	head[16] = 2                                      // the format
	binary.BigEndian.PutUint16(head[21:], 0)          // no compression, no transaction
	binary.BigEndian.PutUint32(head[23:], uint32(b.n-1))
	binary.BigEndian.PutUint64(head[27:], uint64(now.UnixMilli()))
	binary.BigEndian.PutUint64(head[35:], uint64(now.UnixMilli()))
	binary.BigEndian.PutUint64(head[43:], ^uint64(0)) // no producer id,
	binary.BigEndian.PutUint16(head[51:], ^uint16(0)) // epoch
	binary.BigEndian.PutUint32(head[53:], ^uint32(0)) // and sequence
	binary.BigEndian.PutUint32(head[57:], uint32(b.n))
	binary.BigEndian.PutUint32(head[17:], crc32.Checksum(head[21:], castagnoli))
	return b.buf
}

func varintLen(v int64) int {
	u, n := uint64(v<<1)^uint64(v>>63), 1
	for ; u >= 0x80; u >>= 7 {
		n++
	}
	return n
}

func bytesLen(p []byte) int {
	if p == nil {
		return 1
	}
	return varintLen(int64(len(p))) + len(p)
}

// PartitionOf returns the partition of a key among n, as Java's default partitioner does for a key that is there. A
// missing key counts as an empty one, so that the choice is always the same.
func PartitionOf(key []byte, n int) int { return int(murmur2(key)&0x7fffffff) % n }

// murmur2 is the hash of Kafka's own clients (org.apache.kafka.common.utils.Utils.murmur2).
func murmur2(data []byte) uint32 {
	const m, r = 0x5bd1e995, 24
	h := uint32(0x9747b28c) ^ uint32(len(data))
	for ; len(data) >= 4; data = data[4:] {
		k := binary.LittleEndian.Uint32(data) * m
		k ^= k >> r
		h = h*m ^ k*m
	}
	switch len(data) {
	case 3:
		h ^= uint32(data[2]) << 16
		fallthrough
	case 2:
		h ^= uint32(data[1]) << 8
		fallthrough
	case 1:
		h = (h ^ uint32(data[0])) * m
	}
	h ^= h >> 13
	h *= m
	return h ^ h>>15
}
