package kafka

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/segmentio/kafka-go/compress"

	"github.com/rollcall-dev/rollcall/schemas"
)

// Where things stand in the head of a record batch, and its attributes.
const (
	atLength, atMagic, atCRC, atAttributes, atLastDelta, atTime, atCount = 8, 16, 17, 21, 23, 27, 57

	beforeLength                      = 12 // the base offset and the length itself
	maskCodec, transactional, control = 7, 1 << 4, 1 << 5
)

// maxUnpacked bounds what a compressed batch unfolds to.
const maxUnpacked = 64 << 20

var (
	errMalformed = errors.New("not a record batch as Kafka defines it: check the partition with kafka-dump-log, and restore it from a replica")
	errPartial   = errors.New("no whole record batch in the answer, which every broker since Kafka 0.11 begins with: check that the address is such a broker's, and the partition with kafka-dump-log")
)

// appendRecords appends to recs the records of a fetched set from an offset on, and returns the offset behind the last
// whole batch. Values point into set, or into fresh memory where their batch was compressed. A real broker's set begins
// with the whole batch that holds the offset and may end in the middle of one, which is left out. The error tells of
// the first batch that cannot be read; recs holds what came before it.
func appendRecords(recs []schemas.Logged, set []byte, from int64) ([]schemas.Logged, int64, error) {
	whole := len(set) == 0
	for len(set) >= beforeLength {
		size := int(int32(binary.BigEndian.Uint32(set[atLength:]))) + beforeLength
		if size <= atMagic {
			return recs, from, fmt.Errorf("a length of %d bytes: %w", size, errMalformed)
		}
		if size > len(set) {
			break
		}
		var err error
		if recs, from, err = appendBatch(recs, set[:size:size], from); err != nil {
			return recs, from, err
		}
		set, whole = set[size:], true
	}
	if !whole {
		return recs, from, errPartial
	}
	return recs, from, nil
}

// appendBatch adds all records of one batch, or none.
func appendBatch(recs []schemas.Logged, batch []byte, from int64) ([]schemas.Logged, int64, error) {
	base := int64(binary.BigEndian.Uint64(batch))
	if magic := batch[atMagic]; magic != 2 {
		return recs, from, fmt.Errorf("the records at offset %d are in format %d, from before Kafka 0.11: copy the topic into a new one", base, magic)
	}
	if len(batch) < headBytes {
		return recs, from, fmt.Errorf("%d bytes at offset %d: %w", len(batch), base, errMalformed)
	}
	next := base + int64(int32(binary.BigEndian.Uint32(batch[atLastDelta:]))) + 1
	if base < 0 || next <= base {
		return recs, from, fmt.Errorf("offsets %d to %d: %w", base, next, errMalformed)
	}
	if next <= from {
		return recs, from, nil
	}
	if sum := crc32.Checksum(batch[atAttributes:], castagnoli); sum != binary.BigEndian.Uint32(batch[atCRC:]) {
		return recs, from, fmt.Errorf("%w: the batch at offset %d is damaged: its checksum is wrong", ErrUnavailable, base)
	}
	attributes := binary.BigEndian.Uint16(batch[atAttributes:])
	if attributes&(transactional|control) != 0 {
		return recs, from, fmt.Errorf("%w (at offset %d): write to it without transactions, into a new topic", ErrTransactional, base)
	}
	body := batch[headBytes:]
	if codec := compress.Compression(attributes & maskCodec); codec != compress.None {
		var err error
		if body, err = unpack(codec, body); err != nil {
			return recs, from, fmt.Errorf("unpacking the batch at offset %d: %w", base, err)
		}
	}
	n := len(recs)
	recs, ok := walk(recs, body, int(int32(binary.BigEndian.Uint32(batch[atCount:]))), base, from, next,
		int64(binary.BigEndian.Uint64(batch[atTime:])))
	if !ok {
		return recs[:n], from, fmt.Errorf("the records of the batch at offset %d: %w", base, errMalformed)
	}
	return recs, next, nil
}

// walk appends n records, without those before from. Of each it reads no more than it must: the offset, the value, and
// how long after the batch's time it was appended.
func walk(recs []schemas.Logged, body []byte, n int, base, from, end, time int64) ([]schemas.Logged, bool) {
	p := 0
	for ; n > 0; n-- {
		size, at := varint(body, p)
		if at < 0 || size < 0 || size > int64(len(body)-at) {
			return recs, false
		}
		p = at + int(size)
		rec := body[at:p:p]
		after, at := varint(rec, 1) // behind the attributes
		delta, at := varint(rec, at)
		key, at := varint(rec, at)
		if at < 0 || key > int64(len(rec)-at) {
			return recs, false
		}
		value, at := varint(rec, at+max(0, int(key)))
		if at < 0 || value > int64(len(rec)-at) {
			return recs, false
		}
		offset := base + delta
		if offset < from {
			continue
		}
		if offset >= end {
			return recs, false
		}
		from = offset + 1 // offsets only rise
		to := at + max(0, int(value))
		recs = append(recs, schemas.Logged{Offset: offset, Value: rec[at:to], Appended: time + after})
	}
	return recs, n == 0
}

// varint reads a number at p and returns it with where it ends: -1 if there is none. p may be -1 too.
func varint(b []byte, p int) (int64, int) {
	if p >= 0 && p < len(b) && b[p] < 0x80 {
		u := b[p]
		return int64(u>>1) ^ -int64(u&1), p + 1
	}
	return longVarint(b, p)
}

func longVarint(b []byte, p int) (int64, int) {
	if p < 0 || p >= len(b) {
		return 0, -1
	}
	v, n := binary.Varint(b[p:])
	if n <= 0 {
		return 0, -1
	}
	return v, p + n
}

func unpack(codec compress.Compression, packed []byte) ([]byte, error) {
	if codec.Codec() == nil {
		return nil, fmt.Errorf("compression %d is not known here: choose gzip, snappy, lz4 or zstd in its producer", int8(codec))
	}
	r := codec.Codec().NewReader(bytes.NewReader(packed))
	defer func() { _ = r.Close() }()
	body, err := io.ReadAll(io.LimitReader(r, maxUnpacked+1))
	if err == nil && len(body) > maxUnpacked {
		err = fmt.Errorf("it unfolds to more than %d bytes", maxUnpacked)
	}
	return body, err
}
