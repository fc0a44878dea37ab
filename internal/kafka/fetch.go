package kafka

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"time"

	kafkago "github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"
	"github.com/segmentio/kafka-go/protocol/fetch"
	"github.com/segmentio/kafka-go/protocol/listoffsets"
)

// The versions of the requests that are sent here, which Kafka has had since 2.3.
const (
	fetchVersion       = 11
	listOffsetsVersion = 5
)

// maxAnswer bounds what is taken for the size of an answer.
const maxAnswer = 256 << 20

// leader is a connection to the leader of a partition. The client library writes the requests; the answer to a fetch is
// read here, in one piece, since the library's ways to read records cost several times as much.
type leader struct {
	conn      net.Conn
	clientID  string
	topic     string
	partition int32
	requests  int32
	answer    []byte // the last one; the next takes its memory
}

// fetched is the answer to a fetch.
type fetched struct {
	high, first int64 // -1 unknown
	set         []byte
}

// offset asks for an offset by its special time: kafkago.FirstOffset or LastOffset.
func (l *leader) offset(which int64) (int64, error) {
	c := protocol.NewConn(l.conn, l.clientID)
	c.SetVersions(map[protocol.ApiKey]int16{protocol.ListOffsets: listOffsetsVersion})
	msg, err := c.RoundTrip(&listoffsets.Request{ReplicaID: -1, Topics: []listoffsets.RequestTopic{{
		Topic: l.topic, Partitions: []listoffsets.RequestPartition{{Partition: l.partition, CurrentLeaderEpoch: -1, Timestamp: which}},
	}}})
	if err != nil {
		return 0, err
	}
	resp, ok := msg.(*listoffsets.Response)
	if !ok || len(resp.Topics) != 1 || len(resp.Topics[0].Partitions) != 1 {
		return 0, errAnswer
	}
	p := resp.Topics[0].Partitions[0]
	if p.ErrorCode != 0 {
		return 0, kafkago.Error(p.ErrorCode)
	}
	return p.Offset, nil
}

// fetch asks once for records from an offset on. The set is valid until the next one.
func (l *leader) fetch(from int64, maxBytes int, maxWait time.Duration) (fetched, error) {
	l.requests++
	err := protocol.WriteRequest(l.conn, fetchVersion, l.requests, l.clientID, &fetch.Request{
		ReplicaID: -1, MaxWaitTime: int32(maxWait.Milliseconds()), MinBytes: 1, MaxBytes: int32(maxBytes), SessionEpoch: -1,
		Topics: []fetch.RequestTopic{{Topic: l.topic, Partitions: []fetch.RequestPartition{{
			Partition: l.partition, CurrentLeaderEpoch: -1, FetchOffset: from, LogStartOffset: -1, PartitionMaxBytes: int32(maxBytes),
		}}}},
	})
	if err != nil {
		return fetched{}, err
	}
	var head [4]byte
	if _, err := io.ReadFull(l.conn, head[:]); err != nil {
		return fetched{}, err
	}
	size := binary.BigEndian.Uint32(head[:])
	if size > maxAnswer {
		return fetched{}, fmt.Errorf("%d bytes: %w", size, errAnswer)
	}
	l.answer = slices.Grow(l.answer[:0], int(size))[:size]
	if _, err := io.ReadFull(l.conn, l.answer); err != nil {
		return fetched{}, err
	}
	return parseFetched(l.answer, l.requests, l.partition)
}

// errAnswer is an answer that is none. The connection is of no more use.
var errAnswer = errors.New("the broker's answer cannot be understood: check that the address is a Kafka broker's, of 0.11 or newer, and that no proxy alters what it sends")

// parseFetched reads the answer to a fetch of one partition.
func parseFetched(answer []byte, request, partition int32) (fetched, error) {
	w := wire{b: answer}
	id := w.int32()
	w.skip(4) // how long the broker held us back
	code := w.int16()
	w.skip(4) // the session
	if w.bad || id != request {
		return fetched{}, errAnswer
	}
	if code != 0 {
		return fetched{}, kafkago.Error(code)
	}
	topics := w.int32()
	w.skip(int(w.int16())) // the topic
	partitions, p := w.int32(), w.int32()
	if w.bad || topics != 1 || partitions != 1 || p != partition {
		return fetched{}, errAnswer
	}
	code = w.int16()
	f := fetched{high: w.int64()}
	w.skip(8) // up to where transactions are decided
	f.first = w.int64()
	w.skip(16 * max(0, int(w.int32()))) // aborted transactions
	w.skip(4)                           // another replica to read from
	f.set = w.take(max(0, int(w.int32())))
	if w.bad {
		return fetched{}, errAnswer
	}
	if code != 0 {
		return fetched{}, kafkago.Error(code)
	}
	return f, nil
}

// wire reads from an answer; past its end it reads zeros and turns bad.
type wire struct {
	b   []byte
	bad bool
}

func (w *wire) take(n int) []byte {
	if n < 0 || n > len(w.b) {
		w.bad, w.b = true, nil
		return nil
	}
	b := w.b[:n:n]
	w.b = w.b[n:]
	return b
}

func (w *wire) skip(n int) { w.take(n) }

func (w *wire) int16() (v int16) {
	if b := w.take(2); b != nil {
		v = int16(binary.BigEndian.Uint16(b))
	}
	return v
}

func (w *wire) int32() (v int32) {
	if b := w.take(4); b != nil {
		v = int32(binary.BigEndian.Uint32(b))
	}
	return v
}

func (w *wire) int64() (v int64) {
	if b := w.take(8); b != nil {
		v = int64(binary.BigEndian.Uint64(b))
	}
	return v
}
