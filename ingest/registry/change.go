package registry

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/ingest/parse"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// ErrUnknown is wrapped where a key or community that was named does not exist.
var ErrUnknown = errors.New("not known")

// MaxLateness is the most that a community's lateness can be.
const MaxLateness = 30 * 24 * time.Hour

const (
	maxKeyName   = 256
	secretPrefix = "rk_"
)

var secretEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// NewKey makes a write key for the communities, all of them when there are none. The secret exists only in the answer;
// the record holds its hash.
func (r *Registry) NewKey(name string, communities []string, now time.Time) (
	secret string, rec schemas.Record, key *actionpb.WriteKey, err error) {
	if len(name) > maxKeyName {
		return "", rec, nil, fmt.Errorf("a key's name may have at most %d bytes, got %d", maxKeyName, len(name))
	}
	for _, c := range communities {
		if err := checkName(c); err != nil {
			return "", rec, nil, err
		}
		if !r.Known([]byte(c)) {
			return "", rec, nil, fmt.Errorf("community %q: %w; set it up with: rollcall community set %s", c, ErrUnknown, c)
		}
	}
	var random [20]byte
	rand.Read(random[:]) // never fails: the program ends instead
	secret = secretPrefix + secretEncoding.EncodeToString(random[:])
	hash := sha256.Sum256([]byte(secret))
	key = &actionpb.WriteKey{
		Id:          KeyID(secret),
		Hash:        hash[:],
		Communities: slices.Compact(slices.Sorted(slices.Values(communities))),
		Created:     now.UnixMilli(),
		Name:        name,
	}
	rec, err = keyRecord(key)
	return secret, rec, key, err
}

// KeyID returns the id of the write key whose secret is given. Anything else is returned as it is.
func KeyID(secret string) string {
	if !strings.HasPrefix(secret, secretPrefix) {
		return secret
	}
	hash := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(hash[:6])
}

// RevokeKey returns the record that ends a key. The error wraps ErrUnknown when there is none with that id. A key that
// was revoked before keeps the time of that.
func (r *Registry) RevokeKey(id string, now time.Time) (schemas.Record, error) {
	r.mu.RLock()
	k := r.keys[id]
	r.mu.RUnlock()
	if k == nil {
		return schemas.Record{}, fmt.Errorf("key %q: %w; `rollcall key list` shows the ids", id, ErrUnknown)
	}
	k = proto.Clone(k).(*actionpb.WriteKey)
	if k.Revoked == 0 {
		k.Revoked = max(1, now.UnixMilli())
	}
	return keyRecord(k)
}

// NameDeployment returns the record that names this log, if none did before.
func (r *Registry) NameDeployment(id string) (schemas.Record, error) {
	return record("deployment", &actionpb.Registered{Version: schemas.Version, What: &actionpb.Registered_Deployment{Deployment: id}})
}

// SetCommunity checks the settings and returns their record.
func (r *Registry) SetCommunity(s *actionpb.Settings) (schemas.Record, error) {
	if err := checkName(s.GetCommunity()); err != nil {
		return schemas.Record{}, err
	}
	if s.TimeZone == "Local" {
		return schemas.Record{}, errors.New(`time zone "Local" depends on the machine; give an IANA name, as Asia/Shanghai`)
	}
	if _, err := time.LoadLocation(s.TimeZone); err != nil {
		return schemas.Record{}, fmt.Errorf("time zone %q is not known; give an IANA name, as Asia/Shanghai: %w", s.TimeZone, err)
	}
	if _, ok := actionpb.Clock_name[int32(s.Clock)]; !ok {
		return schemas.Record{}, fmt.Errorf("clock %d is not known; give wall or data", s.Clock)
	}
	if s.LatenessMs < 0 || s.LatenessMs > MaxLateness.Milliseconds() {
		return schemas.Record{}, fmt.Errorf("lateness must be from 0 to %d days, got %s",
			MaxLateness/(24*time.Hour), time.Duration(s.LatenessMs)*time.Millisecond)
	}
	if err := checkWeights(s); err != nil {
		return schemas.Record{}, err
	}
	if err := checkMembers("bots", s.Bots); err != nil {
		return schemas.Record{}, err
	}
	if err := checkMembers("staff", s.Staff); err != nil {
		return schemas.Record{}, err
	}
	if err := checkChurn(s); err != nil {
		return schemas.Record{}, err
	}
	return record("community/"+s.Community, &actionpb.Registered{Version: schemas.Version,
		What: &actionpb.Registered_Community{Community: s}})
}

// MaxBots bounds a community's list of bots, and of staff, and maxBotBytes their names: the lists are in one record.
const (
	MaxBots     = 10_000
	maxBotBytes = 256 << 10
)

func checkWeights(s *actionpb.Settings) error {
	for _, w := range s.Weights {
		if k := schemas.Kind(w.Kind); !k.Valid() || int32(k) != int32(w.Kind) {
			return fmt.Errorf("kind %d has no weight: it is none", w.Kind)
		} else if !(w.Weight >= 0 && w.Weight <= schemas.MaxWeight) {
			return fmt.Errorf("the weight of %s must be from 0 to %d, got %v", k, schemas.MaxWeight, w.Weight)
		}
	}
	return nil
}

// checkMembers checks a list of members, of bots or of staff.
func checkMembers(what string, list []string) error {
	if len(list) > MaxBots {
		return fmt.Errorf("a community's list of %s holds at most %d, got %d", what, MaxBots, len(list))
	}
	size := 0
	for _, b := range list {
		if size += len(b); size > maxBotBytes {
			return fmt.Errorf("the names in a community's list of %s may have %d bytes together", what, maxBotBytes)
		}
		if !parse.Member(b) {
			return fmt.Errorf("%s: %q: a member is 1 to %d bytes of UTF-8 without control characters", what, strings.ToValidUTF8(b, "�"), schemas.MaxMember)
		}
	}
	return nil
}

func checkName(community string) error {
	if schemas.ValidCommunity(community) {
		return nil
	}
	return fmt.Errorf("a community's name is 1 to %d of A-Z a-z 0-9 . _ -, got %q", schemas.MaxCommunity,
		strings.ToValidUTF8(community, "�"))
}

func keyRecord(k *actionpb.WriteKey) (schemas.Record, error) {
	return record("key/"+k.Id, &actionpb.Registered{Version: schemas.Version, What: &actionpb.Registered_Key{Key: k}})
}

func record(key string, m *actionpb.Registered) (schemas.Record, error) {
	value, err := proto.Marshal(m)
	if err != nil {
		return schemas.Record{}, fmt.Errorf("encoding %s for %s: %w", key, schemas.TopicSettings, err)
	}
	return schemas.Record{Key: []byte(key), Value: value}, nil
}
