package kafka

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	kafkago "github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"
	"pgregory.net/rapid"

	"github.com/rollcall-dev/rollcall/schemas"
)

// TestMurmur2 holds the hashes of Kafka's own test (UtilsTest.testMurmur2) and agrees with the client library.
func TestMurmur2(t *testing.T) {
	for key, want := range map[string]int32{
		"21": -973932308, "foobar": -790332482, "a-little-bit-long-string": -985981536,
		"a-little-bit-longer-string": -1486304829, "lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971, "abc": 479470107,
	} {
		if got := int32(murmur2([]byte(key))); got != want {
			t.Errorf("murmur2(%q) is %d, want %d", key, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		key, n := rapid.SliceOf(rapid.Byte()).Draw(t, "key"), rapid.IntRange(1, 100).Draw(t, "partitions")
		all := make([]int, n)
		for i := range all {
			all[i] = i
		}
		if got, want := PartitionOf(key, n), (kafkago.Murmur2Balancer{Consistent: true}).Balance(kafkago.Message{Key: key}, all...); got != want {
			t.Fatalf("partition %d, the library says %d", got, want)
		}
	})
}

// TestBatchDecodes reads our batches with the library's decoder, which checks the checksum.
func TestBatchDecodes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		recs := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) schemas.Record {
			return schemas.Record{
				Key:   rapid.OneOf(rapid.Just([]byte(nil)), rapid.SliceOfN(rapid.Byte(), 0, 70)).Draw(t, "key"),
				Value: rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(t, "value"),
			}
		}), 1, 200).Draw(t, "records")
		b, size := newBatch([]byte("left over")), sizePrefix+headBytes
		for _, r := range recs {
			if !b.fits(recordCost(r), 1<<20) {
				t.Fatal("no room")
			}
			b.add(r)
			if size += recordCost(r); len(b.buf) > size {
				t.Fatalf("a record of %d+%d bytes took more than its cost", len(r.Key), len(r.Value))
			}
		}
		now := time.UnixMilli(1_700_000_000_123)
		var set protocol.RecordSet
		if _, err := set.ReadFrom(bytes.NewReader(b.seal(now))); err != nil {
			t.Fatal(err)
		}
		for i, want := range recs {
			got, err := set.Records.ReadRecord()
			if err != nil {
				t.Fatal(err)
			}
			key, value := readBytes(t, got.Key), readBytes(t, got.Value)
			if !bytes.Equal(key, want.Key) || (key == nil) != (want.Key == nil) || !bytes.Equal(value, want.Value) {
				t.Fatalf("record %d: %q %q, want %q %q", i, key, value, want.Key, want.Value)
			}
			if diff := cmp.Diff(now.UTC(), got.Time.UTC()); got.Offset != int64(i) || diff != "" {
				t.Fatalf("record %d: offset %d, time %s", i, got.Offset, diff)
			}
		}
	})
}

func readBytes(t *rapid.T, b protocol.Bytes) []byte {
	raw, err := protocol.ReadAll(b)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
