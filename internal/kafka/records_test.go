package kafka

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/segmentio/kafka-go/protocol"
	"pgregory.net/rapid"

	"github.com/rollcall-dev/rollcall/schemas"
)

// setOf returns a record batch with a base offset, as a broker keeps it.
func setOf(base int64, values ...string) []byte {
	b := newBatch(nil)
	for _, v := range values {
		b.add(record("k", v))
	}
	set := b.seal(time.UnixMilli(1_700_000_000_000))[sizePrefix:]
	binary.BigEndian.PutUint64(set, uint64(base)) // not part of the checksum
	return set
}

// resum writes the checksum of a batch that was changed.
func resum(set []byte) []byte {
	binary.BigEndian.PutUint32(set[atCRC:], crc32.Checksum(set[atAttributes:], castagnoli))
	return set
}

func valuesOf(recs []schemas.Logged) (values []string) {
	for _, r := range recs {
		values = append(values, string(r.Value))
	}
	return values
}

// TestRecordsOfAnySet reads a log by fetches that begin, as a real broker's, with the whole batch that holds the offset
// and end anywhere: every record comes once. Between batches are gaps, as compaction leaves them.
func TestRecordsOfAnySet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type part struct {
			first, next int64
			bytes       []byte
		}
		var log []part
		var want []schemas.Logged
		offset := rapid.Int64Range(0, 1<<40).Draw(t, "first")
		start := offset
		for range rapid.IntRange(1, 6).Draw(t, "batches") {
			values := rapid.SliceOfN(rapid.StringN(0, 200, 400), 1, 150).Draw(t, "values")
			log = append(log, part{offset, offset + int64(len(values)), setOf(offset, values...)})
			for i, v := range values {
				want = append(want, schemas.Logged{Offset: offset + int64(i), Value: []byte(v), Appended: 1_700_000_000_000})
			}
			offset += int64(len(values)) + rapid.Int64Range(0, 3).Draw(t, "gap")
		}
		next := start + rapid.Int64Range(0, log[len(log)-1].next-start-1).Draw(t, "from")
		want = slices.DeleteFunc(want, func(r schemas.Logged) bool { return r.Offset < next })
		var got []schemas.Logged
		for next < log[len(log)-1].next {
			var set []byte
			whole := 0
			for _, p := range log {
				if p.next > next {
					set = append(set, p.bytes...)
					whole = max(whole, min(len(p.bytes), len(set)))
				}
			}
			set = set[:rapid.IntRange(whole, len(set)).Draw(t, "cut")]
			var err error
			if got, next, err = appendRecords(got, set, next); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("(-want +got):\n%.3000s", diff)
		}
	})
}

// TestBadBatches has the second of three batches be none: the first is handed out, then the error.
func TestBadBatches(t *testing.T) {
	change := func(at int, b byte) []byte {
		set := setOf(2, "c", "d")
		set[at] = b
		return resum(set)
	}
	damaged := setOf(2, "c", "d")
	damaged[len(damaged)-2] ^= 1
	body := headBytes
	for name, c := range map[string]struct {
		set   []byte
		is    error
		words string
	}{
		"damaged":          {damaged, ErrUnavailable, "offset 2 is damaged"},
		"a transaction":    {change(atAttributes+1, transactional), ErrTransactional, "offset 2"},
		"a marker":         {change(atAttributes+1, control), ErrTransactional, "offset 2"},
		"old format":       {change(atMagic, 1), nil, "format 1"},
		"codec":            {change(atAttributes+1, 7), nil, "choose gzip"},
		"no gzip":          {change(atAttributes+1, 1), nil, "unpacking the batch at offset 2"},
		"fewer records":    {change(atCount+3, 3), errMalformed, "offset 2"},
		"minus records":    {change(atCount, 0x80), errMalformed, "offset 2"},
		"long record":      {change(body, 0x7e), errMalformed, "offset 2"},
		"negative record":  {change(body, 0x01), errMalformed, "offset 2"},
		"offset too high":  {change(body+3, 0x20), errMalformed, "offset 2"},
		"key too long":     {change(body+4, 0x20), errMalformed, "offset 2"},
		"value too long":   {change(body+6, 0x20), errMalformed, "offset 2"},
		"offsets backward": {change(atLastDelta, 0xff), errMalformed, "offsets 2 to"},
		"too short":        {change(atLength+3, 10)[:22], errMalformed, "22 bytes"},
		"a tiny length":    {change(atLength+3, 1), errMalformed, "13 bytes"},
	} {
		set := slices.Concat(setOf(0, "a", "b"), c.set, setOf(4, "e"))
		recs, next, err := appendRecords(nil, set, 1)
		if next != 2 || !slices.Equal(valuesOf(recs), []string{"b"}) {
			t.Errorf("%s: %q, next %d", name, valuesOf(recs), next)
		}
		if errors.Is(c.is, errMalformed) && !strings.Contains(err.Error(), "restore it from a replica") {
			t.Errorf("%s: %v does not say what to do", name, err)
		}
		if err == nil || c.is != nil && !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.words) ||
			errors.Is(err, ErrUnavailable) != (name == "damaged") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := appendRecords(nil, setOf(0, "a")[:60], 0); !errors.Is(err, errPartial) || !strings.Contains(err.Error(), "check that the address") {
		t.Errorf("half a batch: %v", err)
	}
	if recs, next, err := appendRecords(nil, nil, 5); len(recs) != 0 || next != 5 || err != nil {
		t.Errorf("an empty set: %d records, next %d, %v", len(recs), next, err)
	}
}

// packed is a batch as the client library writes it.
func packed(t testing.TB, attributes protocol.Attributes, values ...string) []byte {
	t.Helper()
	var recs []protocol.Record
	for i, v := range values {
		recs = append(recs, protocol.Record{Time: time.UnixMilli(int64(i) + 1), Value: protocol.NewBytes([]byte(v)), Headers: []protocol.Header{{Key: "h", Value: []byte("v")}}})
	}
	var buf bytes.Buffer
	set := protocol.RecordSet{Version: 2, Attributes: attributes, Records: protocol.NewRecordReader(recs...)}
	if _, err := set.WriteTo(&buf); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()[sizePrefix:]
}

func TestUnpack(t *testing.T) {
	for _, codec := range []protocol.Attributes{0, protocol.Gzip, protocol.Snappy, protocol.Lz4, protocol.Zstd} {
		recs, next, err := appendRecords(nil, packed(t, codec, "a", "", strings.Repeat("b", 1000)), 1)
		if err != nil || next != 3 || !slices.Equal(valuesOf(recs), []string{"", strings.Repeat("b", 1000)}) || recs[0].Appended != 2 || recs[1].Appended != 3 {
			t.Errorf("%s: %d records, next %d, %v", codec, len(recs), next, err)
		}
	}
	bomb := packed(t, protocol.Gzip, strings.Repeat("\x00", maxUnpacked))
	if _, _, err := appendRecords(nil, bomb, 0); err == nil || !strings.Contains(err.Error(), "unfolds to more") {
		t.Errorf("a batch of %d bytes that unfolds to %d: %v", len(bomb), maxUnpacked, err)
	}
}

func FuzzRecords(f *testing.F) {
	f.Add(setOf(0, "a", "b"), int64(1), true)
	f.Add(slices.Concat(setOf(3, "a"), setOf(7, "", "b"))[:100], int64(0), false)
	for _, codec := range []protocol.Attributes{protocol.Gzip, protocol.Snappy, protocol.Lz4, protocol.Zstd, protocol.Control} {
		f.Add(packed(f, codec, "a", "b"), int64(0), true)
	}
	f.Fuzz(func(t *testing.T, set []byte, from int64, sum bool) {
		if sum && len(set) > headBytes { // else the checksum would hide the rest from most inputs
			set = slices.Clone(set)
			binary.BigEndian.PutUint32(set[atLength:], uint32(len(set)-beforeLength))
			resum(set)
		}
		recs, next, err := appendRecords(nil, set, from)
		if next < from || len(recs) > 0 && next <= recs[len(recs)-1].Offset {
			t.Fatalf("next %d, from %d, %v", next, from, err)
		}
		for i, r := range recs {
			if r.Offset < from || i > 0 && r.Offset <= recs[i-1].Offset {
				t.Fatalf("record %d has offset %d, from %d", i, r.Offset, from)
			}
		}
	})
}

func FuzzAnswer(f *testing.F) {
	f.Add(answer(1, 0, 5, setOf(0, "a")), int32(1), int32(0))
	f.Add(answer(1, 6, -1, nil), int32(1), int32(0))
	f.Fuzz(func(t *testing.T, b []byte, request, partition int32) {
		if got, err := parseFetched(b, request, partition); err == nil && len(got.set) > len(b) {
			t.Fatal("a set out of nothing")
		}
	})
}

// answer is one to a fetch, of partition 0 of topic t.
func answer(request, code int, high int64, set []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(request))
	b = append(b, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 't', 0, 0, 0, 1, 0, 0, 0, 0)
	b = binary.BigEndian.AppendUint16(b, uint16(code))
	b = binary.BigEndian.AppendUint64(b, uint64(high))
	b = binary.BigEndian.AppendUint64(b, uint64(high))
	b = binary.BigEndian.AppendUint64(b, 2)
	b = append(b, 0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 0xff, 0xff, 0xff, 0xff)
	b = binary.BigEndian.AppendUint32(b, uint32(len(set)))
	return append(b, set...)
}

func TestParseFetched(t *testing.T) {
	got, err := parseFetched(answer(7, 0, 9, []byte("set")), 7, 0)
	if err != nil || got.high != 9 || got.first != 2 || string(got.set) != "set" {
		t.Fatalf("%+v, %v", got, err)
	}
	if _, err := parseFetched(answer(7, 6, -1, nil), 7, 0); err == nil || errors.Is(err, errAnswer) {
		t.Errorf("a code: %v", err)
	}
	whole := answer(7, 0, 9, []byte("set"))
	for n := range len(whole) {
		if _, err := parseFetched(whole[:n], 7, 0); !errors.Is(err, errAnswer) || !strings.Contains(err.Error(), "check that the address") {
			t.Fatalf("%d of %d bytes: %v", n, len(whole), err)
		}
	}
	for _, other := range []struct{ request, partition int32 }{{8, 0}, {7, 1}} {
		if _, err := parseFetched(whole, other.request, other.partition); !errors.Is(err, errAnswer) {
			t.Errorf("an answer for somebody else: %v", err)
		}
	}
}
