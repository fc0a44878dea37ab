package app

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/ingest/problem"
	"github.com/rollcall-dev/rollcall/schemas"
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
	// Weights of kinds in the engagement score, laid over those in force; a kind that none names has its default.
	Weights map[string]float64 `json:"weights,omitempty"`
	Bots    []string           `json:"bots,omitempty"` // the whole list; one empty name clears it
	// Staff vouch for others in place of the founders. The whole list, as Bots.
	Staff []string `json:"staff,omitempty"`
	// ChurnAfterDays of silence a member has churned; AtRisk is the risk from which on one is at risk.
	ChurnAfterDays int         `json:"churn_after_days,omitempty"`
	AtRisk         float64     `json:"at_risk,omitempty"`
	Alerts         *AlertRules `json:"alerts,omitempty"` // all of them: one that is left out has its default again
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
	for _, w := range s.Weights {
		if c.Weights == nil {
			c.Weights = map[string]float64{}
		}
		c.Weights[schemas.Kind(w.Kind).String()] = w.Weight
	}
	c.Bots, c.Staff = s.Bots, s.Staff
	c.ChurnAfterDays, c.AtRisk, c.Alerts = int(s.ChurnAfterDays), s.AtRisk, alertRulesOf(s.Alerting)
	return c
}

func (s *server) getCommunities(r *http.Request) (any, error) {
	out, only := map[string]*Community{}, r.URL.Query().Get("community")
	for _, set := range s.settings.registry.Communities() {
		if only != "" && set.Community != only {
			continue
		}
		out[set.Community] = &Community{CommunitySetting: settingOf(set)}
	}
	if s.db == nil { // a collector knows those that were set up, and no numbers
		return sorted(out), nil
	}
	rows, err := s.db.Query(r.Context(), `SELECT community, sum(actions), count(), toUnixTimestamp64Milli(min(first_seen)), toUnixTimestamp64Milli(max(last_seen))
		FROM rollcall.members_activity FINAL WHERE position(community, '@') = 0 AND ({only:String} = '' OR community = {only:String}) GROUP BY community`, map[string]string{"only": only})
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
	return sorted(out), nil
}

// sorted puts the largest first.
func sorted(communities map[string]*Community) []*Community {
	list := make([]*Community, 0, len(communities))
	for _, c := range communities {
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
	return list
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
	if c.Bots != nil {
		set.Bots = namesOf(c.Bots)
	}
	if c.Staff != nil {
		set.Staff = namesOf(c.Staff)
	}
	if err := mergeChurn(set, c); err != nil {
		return nil, err
	}
	return set, mergeWeights(set, c.Weights)
}

// namesOf sorts a list of members and leaves out the empty name.
func namesOf(members []string) []string {
	return slices.DeleteFunc(slices.Compact(slices.Sorted(slices.Values(members))), func(m string) bool { return m == "" })
}

// mergeWeights lays weights over those in force. Another set of weights is another revision.
func mergeWeights(set *actionpb.Settings, weights map[string]float64) error {
	merged := map[schemas.Kind]float64{}
	for _, w := range set.Weights {
		merged[schemas.Kind(w.Kind)] = w.Weight
	}
	changed := false
	for name, w := range weights {
		k := schemas.KindOf([]byte(name))
		if k == schemas.KindCustom && name != k.String() {
			return fmt.Errorf("weights: %q is no kind; docs/concepts.md lists them", name)
		}
		old, ok := merged[k]
		changed = changed || !ok || old != w
		merged[k] = w
	}
	if !changed {
		return nil
	}
	set.Revision++
	set.Weights = nil
	for k := range schemas.Kind(schemas.Kinds) {
		if w, ok := merged[k]; ok {
			set.Weights = append(set.Weights, &actionpb.Weight{Kind: actionpb.Kind(k), Weight: w})
		}
	}
	return nil
}

// changeCommunity lays settings over those in force. Zone, lateness, weights and churn shape the numbers of a community, so they
// are fixed by its first action, and changed by a rebuild. What the caller did wrong is a *problem.Problem.
func (s *server) changeCommunity(ctx context.Context, c CommunitySetting) (*actionpb.Settings, error) {
	s.settings.changing.Lock()
	defer s.settings.changing.Unlock()
	if err := s.settings.sync(ctx); err != nil {
		return nil, err
	}
	set, err := s.settings.merged(c)
	if err != nil {
		return nil, problem.New(http.StatusBadRequest, "%v", err)
	}
	old, known := s.settings.registry.Community(c.Community)
	if !known {
		old = defaultSettings(c.Community)
	}
	if old.TimeZone != set.TimeZone || old.LatenessMs != set.LatenessMs || old.Revision != set.Revision ||
		old.ChurnAfterDays != set.ChurnAfterDays || old.AtRisk != set.AtRisk {
		if s.db == nil {
			return nil, problem.New(http.StatusConflict, "time zone, lateness, weights and churn are fixed by a community's first action, and whether %s has any is known to "+
				"`rollcall process`: send this to its address (--server URL). This is `rollcall collect`, which sets the clock, the bots, the staff and the alerts", c.Community)
		}
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
			return nil, problem.New(http.StatusConflict, "community %s has actions already: its time zone, lateness, weights and churn settings shape its numbers and are fixed by the first action. "+
				"`rollcall rebuild --community %s` with the same flags folds it anew under others; the clock, the bots, the staff and the alerts can change at any time", c.Community, c.Community)
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
	if s.alone { // else whoever feeds one may be alive: keepRebuilds asks
		if err := s.endRebuilds(ctx); err != nil {
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
	if err := readJSONOf(r, &c, maxSettings); err != nil {
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

// maxSettings bounds a request with a list of bots.
const maxSettings = 2 << 20

func readJSON(r *http.Request, v any) error { return readJSONOf(r, v, 1<<16) }

func readJSONOf(r *http.Request, v any, most int64) error {
	d := json.NewDecoder(http.MaxBytesReader(nil, r.Body, most))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return problem.New(http.StatusBadRequest, "reading the request: %v", err)
	}
	return nil
}
