package broker

import (
	"bufio"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// The head of a record batch: https://kafka.apache.org/documentation/#recordbatch
const (
	headBytes    = 61
	lengthAt     = 8  // of what follows it
	epochAt      = 12 // of the leader
	magicAt      = 16
	crcAt        = 17 // over all that follows it
	attributesAt = 21
	lastDeltaAt  = 23
	firstTimeAt  = 27

	transactionalBits = 0x30 // transactional, control
)

// span is what a file of batches holds.
type span struct {
	found         bool
	first, next   int64 // offsets: of the first record, and the one after the last
	time          int64 // of the first batch, ms
	epoch         int32 // of the last batch
	transactional bool  // one of the batches is part of a transaction
	good          int64 // bytes of whole batches from the start
	torn          bool  // what follows good is a write that was cut short, not damage
}

// scan walks size bytes of batches from offset base on. Its error is one of reading; a file that ends otherwise than
// after a whole batch shows in good. It holds one batch's head, whatever the file's size.
func scan(r io.Reader, size, base int64) (*span, error) {
	s := &span{next: base}
	in := bufio.NewReaderSize(r, 64<<10)
	sum := crc32.New(castagnoli)
	for s.good < size {
		head, err := in.Peek(headBytes)
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		if len(head) < headBytes {
			s.torn = true
			return s, nil
		}
		length := int64(12) + int64(int32(binary.BigEndian.Uint32(head[lengthAt:])))
		if length > size-s.good && head[magicAt] == 2 {
			s.torn = true
			return s, nil
		}
		first := int64(binary.BigEndian.Uint64(head))
		lastDelta := int64(int32(binary.BigEndian.Uint32(head[lastDeltaAt:])))
		if length < headBytes || head[magicAt] != 2 || first < s.next || lastDelta < 0 {
			s.torn, err = onlyZeros(in)
			return s, err
		}
		batch := *s
		if !batch.found {
			batch.found, batch.first = true, first
			batch.time = int64(binary.BigEndian.Uint64(head[firstTimeAt:]))
		}
		batch.next, batch.good = first+lastDelta+1, s.good+length
		batch.epoch = int32(binary.BigEndian.Uint32(head[epochAt:]))
		batch.transactional = s.transactional || head[attributesAt+1]&transactionalBits != 0
		want := binary.BigEndian.Uint32(head[crcAt:])
		sum.Reset()
		if _, err := in.Discard(attributesAt); err != nil {
			return nil, err
		}
		if _, err := io.CopyN(sum, in, length-attributesAt); err != nil {
			return nil, err
		}
		if sum.Sum32() != want {
			// The last batch of all: its pages reached the disk in part. Anywhere else it is damage.
			s.torn = batch.good == size
			return s, nil
		}
		s = &batch
	}
	return s, nil
}

// onlyZeros says whether nothing but zeros is left: a file whose new length reached the disk before its bytes.
func onlyZeros(in *bufio.Reader) (bool, error) {
	for {
		switch b, err := in.ReadByte(); {
		case errors.Is(err, io.EOF):
			return true, nil
		case err != nil:
			return false, err
		case b != 0:
			return false, nil
		}
	}
}
