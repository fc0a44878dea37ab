package app

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/ingest/problem"
	"github.com/rollcall-dev/rollcall/ingest/registry"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

//go:embed openapi.json
var openAPI []byte

func getOpenAPI(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(openAPI)
}

// CommunitySetting is a community's settings as users write them. An empty field keeps what is in force.
type CommunitySetting struct {
	Community string `json:"community"`
	TimeZone  string `json:"time_zone,omitempty"`
	Clock     string `json:"clock,omitempty"`
	Lateness  string `json:"lateness,omitempty"` // a Go duration
}

// Community is one row of `rollcall community list`.
type Community struct {
	CommunitySetting
	Actions uint64 `json:"actions"`
	Members uint64 `json:"members"`
	First   int64  `json:"first"` // event time, Unix milliseconds; 0 before the first action
	Last    int64  `json:"last"`
}

const defaultLateness = time.Hour

func settingOf(s *actionpb.Settings) CommunitySetting {
	c := CommunitySetting{Community: s.Community, TimeZone: s.TimeZone, Clock: "wall", Lateness: (time.Duration(s.LatenessMs) * time.Millisecond).String()}
	if s.Clock == actionpb.Clock_CLOCK_DATA {
		c.Clock = "data"
	}
	if c.TimeZone == "" {
		c.TimeZone = "UTC"
	}
	return c
}

func (s *server) getCommunities(r *http.Request) (any, error) {
	out := map[string]*Community{}
	for _, set := range s.settings.registry.Communities() {
		out[set.Community] = &Community{CommunitySetting: settingOf(set)}
	}
	rows, err := s.db.Query(r.Context(), `SELECT community, sum(actions), count(), toUnixTimestamp64Milli(min(first_seen)), toUnixTimestamp64Milli(max(last_seen))
		FROM rollcall.members FINAL GROUP BY community`, nil)
	if err != nil {
		return nil, err
	}
	for _, row := range rows.Rows {
		name, _ := row[0].(string)
		c := out[name]
		if c == nil {
			c = &Community{CommunitySetting: settingOf(defaultSettings(name))}
			out[name] = c
		}
		c.Actions, _ = row[1].(uint64)
		c.Members, _ = row[2].(uint64)
		c.First, _ = row[3].(int64)
		c.Last, _ = row[4].(int64)
	}
	list := make([]*Community, 0, len(out))
	for _, c := range out {
		list = append(list, c)
	}
	slices.SortFunc(list, func(a, b *Community) int {
		if a.Actions != b.Actions {
			return int(min(max(int64(b.Actions)-int64(a.Actions), -1), 1))
		}
		if a.Community < b.Community {
			return -1
		}
		return 1
	})
	return list, nil
}

func defaultSettings(name string) *actionpb.Settings {
	return &actionpb.Settings{Community: name, LatenessMs: defaultLateness.Milliseconds()}
}

// merged returns the settings in force with the given ones laid over.
func (s *settings) merged(c CommunitySetting) (*actionpb.Settings, error) {
	set, ok := s.registry.Community(c.Community)
	if !ok {
		set = defaultSettings(c.Community)
	}
	if c.TimeZone != "" {
		set.TimeZone = c.TimeZone
	}
	switch c.Clock {
	case "":
	case "wall":
		set.Clock = actionpb.Clock_CLOCK_WALL
	case "data":
		set.Clock = actionpb.Clock_CLOCK_DATA
	default:
		return nil, fmt.Errorf("clock %q: it is wall or data", c.Clock)
	}
	if c.Lateness != "" {
		d, err := time.ParseDuration(c.Lateness)
		if err != nil {
			return nil, fmt.Errorf("lateness %q: write it like 90m or 24h", c.Lateness)
		}
		set.LatenessMs = d.Milliseconds()
	}
	return set, nil
}

// changeCommunity lays settings over those in force. Zone and lateness shape every number of a community, so they are
// fixed by its first action. What the caller did wrong is a *problem.Problem.
func (s *server) changeCommunity(ctx context.Context, c CommunitySetting) (*actionpb.Settings, error) {
	s.settings.changing.Lock()
	defer s.settings.changing.Unlock()
	set, err := s.settings.merged(c)
	if err != nil {
		return nil, problem.New(http.StatusBadRequest, "%v", err)
	}
	old, known := s.settings.registry.Community(c.Community)
	if !known {
		old = defaultSettings(c.Community)
	}
	if old.TimeZone != set.TimeZone || old.LatenessMs != set.LatenessMs {
		used, err := s.hasActions(ctx, c.Community)
		if err == nil && !used { // or not yet: some may be accepted and not visible
			if err = s.flush(ctx, flushWithin); err == nil {
				used, err = s.hasActions(ctx, c.Community)
			}
		}
		if err != nil {
			return nil, err
		}
		if used {
			return nil, problem.New(http.StatusConflict, "community %s has actions already: its time zone and lateness shape every number of it and are fixed by the first action; only the clock can change", c.Community)
		}
	}
	if err := s.settings.setCommunity(ctx, set); err != nil {
		return nil, problem.New(http.StatusBadRequest, "%v", err)
	}
	return set, nil
}

// configure applies the communities of rollcall.yaml, and tells the folds of all settings once more: a process may have
// died after it stored some and before it told them.
func (s *server) configure(ctx context.Context, communities []CommunitySetting) error {
	for _, set := range s.settings.registry.Communities() {
		if err := s.settings.tell(ctx, set); err != nil {
			return err
		}
	}
	for _, c := range communities {
		set, err := s.settings.merged(c)
		if err != nil {
			return fmt.Errorf("community %s of the settings file: %w", c.Community, err)
		}
		if old, ok := s.settings.registry.Community(c.Community); ok && proto.Equal(old, set) {
			continue
		}
		if _, err := s.changeCommunity(ctx, c); err != nil {
			return fmt.Errorf("the settings file: %w", err)
		}
	}
	return nil
}

func (s *server) putCommunity(r *http.Request) (any, error) {
	var c CommunitySetting
	if err := readJSON(r, &c); err != nil {
		return nil, err
	}
	c.Community = r.PathValue("community")
	set, err := s.changeCommunity(r.Context(), c)
	if err != nil {
		return nil, err
	}
	return settingOf(set), nil
}

func (s *server) hasActions(ctx context.Context, community string) (bool, error) {
	rows, err := s.db.Query(ctx, "SELECT 1 FROM rollcall.actions WHERE community = {community:String} LIMIT 1", map[string]string{"community": community})
	return err == nil && len(rows.Rows) > 0, err
}

// Key is a write key as users see it. Secret is there only in the answer that made it.
type Key struct {
	Secret      string   `json:"key,omitempty"`
	ID          string   `json:"id"`
	Name        string   `json:"name,omitempty"`
	Communities []string `json:"communities"`
	Created     int64    `json:"created"` // Unix milliseconds
	Revoked     int64    `json:"revoked,omitempty"`
}

func keyOf(k *actionpb.WriteKey) Key {
	return Key{ID: k.Id, Name: k.Name, Communities: append([]string{}, k.Communities...), Created: k.Created, Revoked: k.Revoked}
}

func (s *server) getKeys(*http.Request) (any, error) {
	keys := []Key{}
	for _, k := range s.settings.registry.Keys() {
		keys = append(keys, keyOf(k))
	}
	return keys, nil
}

func (s *server) postKey(r *http.Request) (any, error) {
	var in Key
	if err := readJSON(r, &in); err != nil {
		return nil, err
	}
	secret, rec, key, err := s.settings.registry.NewKey(in.Name, in.Communities, time.Now())
	if err != nil {
		return nil, problem.New(http.StatusBadRequest, "%v", err)
	}
	if err := s.settings.put(r.Context(), rec); err != nil {
		return nil, err
	}
	out := keyOf(key)
	out.Secret = secret
	return out, nil
}

func (s *server) deleteKey(r *http.Request) (any, error) {
	rec, err := s.settings.registry.RevokeKey(r.PathValue("id"), time.Now())
	if errors.Is(err, registry.ErrUnknown) {
		return nil, problem.New(http.StatusNotFound, "%v", err)
	}
	if err != nil {
		return nil, problem.New(http.StatusBadRequest, "%v", err)
	}
	return map[string]string{"revoked": r.PathValue("id")}, s.settings.put(r.Context(), rec)
}

func readJSON(r *http.Request, v any) error {
	d := json.NewDecoder(http.MaxBytesReader(nil, r.Body, 1<<16))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return problem.New(http.StatusBadRequest, "reading the request: %v", err)
	}
	return nil
}
