package registry

import (
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// NewShare makes the record of a link that reads a community until a moment. Who makes the link puts the id into it.
func (r *Registry) NewShare(community string, now, until time.Time) (schemas.Record, *actionpb.Share, error) {
	if err := checkName(community); err != nil {
		return schemas.Record{}, nil, err
	}
	var random [6]byte
	rand.Read(random[:]) // never fails: the program ends instead
	s := &actionpb.Share{Id: hex.EncodeToString(random[:]), Community: community, Created: now.UnixMilli(), Until: until.UnixMilli()}
	rec, err := shareRecord(s)
	return rec, s, err
}

// RevokeShare returns the record that ends a link. The error wraps ErrUnknown when there is none with that id. One that was
// revoked before keeps the time of that.
func (r *Registry) RevokeShare(id string, now time.Time) (schemas.Record, error) {
	r.mu.RLock()
	s := r.shares[id]
	r.mu.RUnlock()
	if s == nil {
		return schemas.Record{}, fmt.Errorf("share %q: %w; `rollcall share list` shows the ids", id, ErrUnknown)
	}
	s = proto.Clone(s).(*actionpb.Share)
	if s.Revoked == 0 {
		s.Revoked = max(1, now.UnixMilli())
	}
	return shareRecord(s)
}

// ShareRevoked reports whether a link was taken back, or is none that was made here. Whether it has run out stands in it.
func (r *Registry) ShareRevoked(id string) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	s := r.shares[id]
	return s == nil || s.Revoked != 0
}

// Shares returns copies of all that is known of links, revoked ones too, the oldest first.
func (r *Registry) Shares() []*actionpb.Share {
	r.mu.RLock()
	defer r.mu.RUnlock()
	all := make([]*actionpb.Share, 0, len(r.shares))
	for _, s := range r.shares {
		all = append(all, proto.Clone(s).(*actionpb.Share))
	}
	slices.SortFunc(all, func(a, b *actionpb.Share) int {
		return cmp.Or(cmp.Compare(a.Created, b.Created), strings.Compare(a.Id, b.Id))
	})
	return all
}

func (r *Registry) applyShare(s *actionpb.Share) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if old := r.shares[s.Id]; old != nil && old.Revoked != 0 {
		return // for good, as of a key
	}
	r.shares[s.Id] = s
}

func shareRecord(s *actionpb.Share) (schemas.Record, error) {
	return record("share/"+s.Id, &actionpb.Registered{Version: schemas.Version, What: &actionpb.Registered_Share{Share: s}})
}
