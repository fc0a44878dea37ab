package schemas

import (
	"bytes"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

func TestRejectedRecord(t *testing.T) {
	if Digest("a", []byte("b")) == Digest("ab", nil) {
		t.Error("the digest does not keep source and bytes apart")
	}
	r := RejectedRecord(&actionpb.Rejected{Source: "http", Detail: "\xff", Payload: []byte("\xff\x00")})
	again := RejectedRecord(&actionpb.Rejected{Source: "http", Detail: "else", Payload: []byte("\xff\x00")})
	if !bytes.Equal(r.Key, again.Key) {
		t.Error("the same bytes of the same source have two keys")
	}
	var back actionpb.Rejected
	if err := proto.Unmarshal(r.Value, &back); err != nil || string(back.Payload) != "\xff\x00" || back.Detail != "\uFFFD" {
		t.Errorf("%v, %v", &back, err)
	}
}
