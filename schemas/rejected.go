package schemas

import (
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/zeebo/xxh3"
	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// Digest names a rejected event by its source and its bytes, so that the same one sent again is the same row.
func Digest(source string, payload []byte) string {
	h := xxh3.New()
	_, _ = h.WriteString(source)
	_, _ = h.Write([]byte{0})
	_, _ = h.Write(payload)
	sum := h.Sum128().Bytes()
	return hex.EncodeToString(sum[:])
}

// maxPayload bounds the bytes that are kept of a rejected record: with them it must fit into a record itself.
const maxPayload = 512 << 10

// RejectedRecord encodes r for rollcall.rejected, under the key that its repeats share. Text that is not UTF-8 is made
// so; the payload keeps its bytes, up to 512 KiB.
func RejectedRecord(r *actionpb.Rejected) Record {
	if n := len(r.Payload); n > maxPayload {
		r.Payload = r.Payload[:maxPayload]
		r.Detail = fmt.Sprintf("%s (the first %d of %d bytes are kept)", r.Detail, maxPayload, n)
	}
	for _, s := range []*string{&r.Community, &r.Source, &r.Reason, &r.Field, &r.Detail} {
		*s = strings.ToValidUTF8(*s, "\uFFFD")
	}
	b, err := proto.Marshal(r)
	if err != nil {
		b = nil // not reachable: every text is UTF-8 now
	}
	return Record{Key: []byte(Digest(r.Source, r.Payload)), Value: b}
}
