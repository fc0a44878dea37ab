package registry

import (
	"bytes"
	"errors"
	"testing"
	"time"
)

func TestShareLivesFromRecordToRevocation(t *testing.T) {
	r := New(Options{Create: true})
	if !r.ShareRevoked("") || !r.ShareRevoked("0123456789ab") {
		t.Error("a link that was never made is in force")
	}
	rec, made, err := r.NewShare("a", now, now.Add(time.Hour))
	if err != nil || len(made.Id) != 12 || !r.ShareRevoked(made.Id) {
		t.Fatalf("%v %v", made, err)
	}
	if err := r.Apply(rec.Value); err != nil || r.ShareRevoked(made.Id) {
		t.Fatal("made, and not in force", err)
	}
	end, err := r.RevokeShare(made.Id, now.Add(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	for _, value := range [][]byte{end.Value, rec.Value} { // the older record, read again, does not bring it back
		if err := r.Apply(value); err != nil || !r.ShareRevoked(made.Id) {
			t.Error("in force after revocation", err)
		}
	}
	if got := r.Shares(); len(got) != 1 || got[0].Revoked != now.Add(time.Minute).UnixMilli() || got[0].Until != now.Add(time.Hour).UnixMilli() || got[0].Community != "a" {
		t.Errorf("%v", got)
	}
	if again, err := r.RevokeShare(made.Id, now.Add(time.Hour)); err != nil || !bytes.Equal(again.Value, end.Value) {
		t.Errorf("revoked twice: %v %v", again, err)
	}
	if _, err := r.RevokeShare("nothing", now); !errors.Is(err, ErrUnknown) {
		t.Error(err)
	}
	if _, _, err := r.NewShare("no name", now, now); err == nil {
		t.Error("a share of no community")
	}
}
