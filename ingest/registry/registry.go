package registry

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// Options of a registry.
type Options struct {
	Create bool // communities come into being with their first action
}

// Registry is the state of rollcall.settings in memory. It is safe for concurrent use.
type Registry struct {
	create bool

	mu          sync.RWMutex
	communities map[string]*actionpb.Settings
	keys        map[string]*actionpb.WriteKey
	byHash      map[[sha256.Size]byte]*actionpb.WriteKey
	shares      map[string]*actionpb.Share
	admin       [sha256.Size]byte
	hasAdmin    bool
	deployment  string
}

// New returns a registry that knows nothing yet.
func New(o Options) *Registry {
	return &Registry{
		create:      o.Create,
		communities: map[string]*actionpb.Settings{},
		keys:        map[string]*actionpb.WriteKey{},
		byHash:      map[[sha256.Size]byte]*actionpb.WriteKey{},
		shares:      map[string]*actionpb.Share{},
	}
}

// Apply takes a record's value from rollcall.settings. The error wraps schemas.ErrVersion for a record of a newer program
// and schemas.ErrEncoding for bytes that are none; nothing has changed then.
func (r *Registry) Apply(value []byte) error {
	var rec actionpb.Registered
	if err := proto.Unmarshal(value, &rec); err != nil {
		return fmt.Errorf("reading a record of %s: %w", schemas.TopicSettings, schemas.ErrEncoding)
	}
	if rec.Version > schemas.Version {
		return fmt.Errorf("reading a record of %s, version %d: %w; update Rollcall", schemas.TopicSettings, rec.Version,
			schemas.ErrVersion)
	}
	switch {
	case rec.GetCommunity() != nil && rec.GetCommunity().Community != "":
		r.applyCommunity(rec.GetCommunity())
	case rec.GetKey() != nil && rec.GetKey().Id != "" && len(rec.GetKey().Hash) == sha256.Size:
		r.applyKey(rec.GetKey())
	case rec.GetShare() != nil && rec.GetShare().Id != "" && rec.GetShare().Community != "":
		r.applyShare(rec.GetShare())
	case rec.GetDeployment() != "":
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.deployment == "" {
			r.deployment = rec.GetDeployment()
		}
	default:
		return fmt.Errorf("reading a record of %s: %w", schemas.TopicSettings, schemas.ErrEncoding)
	}
	return nil
}

// applyCommunity takes a community's settings, but for those of a rebuild that another process began first, or that was
// given up before its swap was decided.
func (r *Registry) applyCommunity(s *actionpb.Settings) {
	r.mu.Lock()
	defer r.mu.Unlock()
	old := r.communities[s.Community]
	switch {
	case old == nil || s.Epoch > old.Epoch:
	case s.Swapping && (s.Epoch < old.Epoch || s.Feeder != old.Feeder):
		return
	case s.Epoch < old.Epoch: // written beside a rebuild's begin, which it did not see: only these change without one
		now := proto.Clone(old).(*actionpb.Settings)
		now.Clock, now.Bots, now.Staff, now.Alerting = s.Clock, s.Bots, s.Staff, s.Alerting
		s = now
	case old.Feeder != "" && s.Feeder != "" && s.Feeder != old.Feeder:
		return
	}
	r.communities[s.Community] = s
}

func (r *Registry) applyKey(k *actionpb.WriteKey) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if old := r.keys[k.Id]; old != nil {
		if old.Revoked != 0 {
			return // for good: an older record that is read after the revocation does not bring it back
		}
		delete(r.byHash, [sha256.Size]byte(old.Hash))
	}
	r.keys[k.Id] = k
	r.byHash[[sha256.Size]byte(k.Hash)] = k
}

// Known reports whether actions of the community are taken: it was set up, or need not be.
func (r *Registry) Known(community []byte) bool {
	if r.create {
		return true
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	_, ok := r.communities[string(community)]
	return ok
}

// DataClock reports whether the community's time moves only with its own events.
func (r *Registry) DataClock(community []byte) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.communities[string(community)].GetClock() == actionpb.Clock_CLOCK_DATA
}

// Community returns a copy of the settings of a community that was set up.
func (r *Registry) Community(name string) (*actionpb.Settings, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	s, ok := r.communities[name]
	if !ok {
		return nil, false
	}
	return proto.Clone(s).(*actionpb.Settings), true
}

// Communities returns copies of the settings of all communities that were set up, by name.
func (r *Registry) Communities() []*actionpb.Settings {
	r.mu.RLock()
	defer r.mu.RUnlock()
	all := make([]*actionpb.Settings, 0, len(r.communities))
	for _, name := range slices.Sorted(maps.Keys(r.communities)) {
		all = append(all, proto.Clone(r.communities[name]).(*actionpb.Settings))
	}
	return all
}

// Deployment returns the name of this log, empty before it has one.
func (r *Registry) Deployment() string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.deployment
}

// Keys returns copies of all write keys, revoked ones too, the oldest first.
func (r *Registry) Keys() []*actionpb.WriteKey {
	r.mu.RLock()
	defer r.mu.RUnlock()
	all := make([]*actionpb.WriteKey, 0, len(r.keys))
	for _, k := range r.keys {
		all = append(all, proto.Clone(k).(*actionpb.WriteKey))
	}
	slices.SortFunc(all, func(a, b *actionpb.WriteKey) int {
		return cmp.Or(cmp.Compare(a.Created, b.Created), strings.Compare(a.Id, b.Id))
	})
	return all
}
