package app

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/alerts/outbox"
	"github.com/rollcall-dev/rollcall/ingest/parse"
	"github.com/rollcall-dev/rollcall/ingest/problem"
	"github.com/rollcall-dev/rollcall/ingest/registry"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

const (
	defaultAlerts = 100
	maxAlerts     = 10_000
)

var alertStates = []string{"open", "acknowledged", "resolved"}

func (s *server) getAlerts(r *http.Request) (any, error) {
	q := r.URL.Query()
	state, kind, limit := q.Get("state"), q.Get("kind"), cmp.Or(q.Get("limit"), strconv.Itoa(defaultAlerts))
	if err := oneOf("state", state, alertStates); err != nil {
		return nil, problem.New(http.StatusBadRequest, "%v", err)
	}
	if err := oneOf("kind", kind, registry.AlertKinds); err != nil {
		return nil, problem.New(http.StatusBadRequest, "%v", err)
	}
	if n, err := strconv.Atoi(limit); err != nil || n < 1 || n > maxAlerts {
		return nil, problem.New(http.StatusBadRequest, "limit: a number from 1 to %d, got %q", maxAlerts, limit)
	}
	return s.queryAlerts(r.Context(), map[string]string{"community": q.Get("community"), "state": state, "kind": kind, "id": "", "limit": limit})
}

func (s *server) getAlert(r *http.Request) (any, error) {
	return s.alert(r.Context(), r.URL.Query().Get("community"), r.PathValue("id"))
}

// alert finds one. Two communities may have an alert of one id.
func (s *server) alert(ctx context.Context, community, id string) (AlertRow, error) {
	found, err := s.queryAlerts(ctx, map[string]string{"community": community, "state": "", "kind": "", "id": id, "limit": "2"})
	switch {
	case err != nil:
		return AlertRow{}, err
	case len(found) == 0:
		return AlertRow{}, problem.New(http.StatusNotFound, "there is no alert %q; `rollcall alerts list` shows those there are", id)
	case len(found) > 1:
		return AlertRow{}, problem.New(http.StatusConflict, "several communities have an alert %q: name one", id)
	}
	return found[0], nil
}

// AlertCommand is what a person says of an alert, or of all of one kind.
type AlertCommand struct {
	Community string `json:"community,omitempty"`
	Kind      string `json:"kind,omitempty"` // of a silence of all alerts of one kind
	By        string `json:"by,omitempty"`   // who says so; whoever signed in, else admin
	For       string `json:"for,omitempty"`  // of a silence: a Go duration
}

const (
	defaultSilence = 24 * time.Hour
	maxSilence     = 90 * 24 * time.Hour
	maxBy          = 128
)

// Commanded is what a command led to: it is in the log, and takes effect when it is folded.
type Commanded struct {
	Community string `json:"community"`
	ID        string `json:"alert_id,omitempty"`
	Kind      string `json:"kind"`
	By        string `json:"by"`
	Time      int64  `json:"time"`            // of the community, Unix milliseconds
	Until     int64  `json:"until,omitempty"` // of a silence
}

func (s *server) postAcknowledge(r *http.Request) (any, error) {
	in, out, err := s.command(r)
	if err != nil {
		return nil, err
	}
	a, err := s.alert(r.Context(), in.Community, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	if a.State != "open" {
		return nil, problem.New(http.StatusConflict, "alert %s is %s already", a.ID, a.State)
	}
	out.Community, out.ID, out.Kind = a.Community, a.ID, a.Kind
	return s.say(r.Context(), out, actionpb.Command_VERB_ACKNOWLEDGE)
}

// postSilence silences an alert, or where the path names none all of a community's alerts of one kind.
func (s *server) postSilence(r *http.Request) (any, error) {
	in, out, err := s.command(r)
	if err != nil {
		return nil, err
	}
	length, err := durationOr(in.For, defaultSilence)
	if err != nil || length <= 0 || length > maxSilence {
		return nil, problem.New(http.StatusBadRequest, "for: a duration like 2h, at most %s, got %q", maxSilence, in.For)
	}
	if id := r.PathValue("id"); id != "" {
		a, err := s.alert(r.Context(), in.Community, id)
		if err != nil {
			return nil, err
		}
		if a.State == "resolved" {
			return nil, problem.New(http.StatusConflict, "alert %s is resolved already; silence its kind with `rollcall alerts silence --community %s --kind %s`", a.ID, a.Community, a.Kind)
		}
		out.Community, out.ID, out.Kind = a.Community, a.ID, a.Kind
	} else {
		if !schemas.ValidCommunity(in.Community) || !slices.Contains(registry.AlertKinds, in.Kind) {
			return nil, problem.New(http.StatusBadRequest, "a silence without an alert needs a community, got %q, and one of the kinds %s, got %q", in.Community, strings.Join(registry.AlertKinds, ", "), in.Kind)
		}
		if _, err := s.verifiable(r.Context(), in.Community); err != nil { // the fold would pass over what is said of nobody
			return nil, err
		}
		out.Community, out.Kind = in.Community, in.Kind
	}
	if out.Time, err = s.timeOf(r.Context(), out.Community); err != nil {
		return nil, err
	}
	out.Until = out.Time + length.Milliseconds()
	return s.say(r.Context(), out, actionpb.Command_VERB_SILENCE)
}

// command reads a request. Who speaks is whoever it says, or the name of the sign-in.
func (s *server) command(r *http.Request) (in AlertCommand, out Commanded, err error) {
	if r.ContentLength != 0 {
		if err := readJSON(r, &in); err != nil {
			return in, out, err
		}
	}
	user, _, _ := r.BasicAuth()
	out.By = cmp.Or(in.By, user, "admin")
	if len(out.By) > maxBy || !parse.Member(out.By) {
		return in, out, problem.New(http.StatusBadRequest, "by: a name of 1 to %d bytes of UTF-8 without control characters", maxBy)
	}
	return in, out, nil
}

// timeOf is a community's time: that of its newest action where only actions move it.
func (s *server) timeOf(ctx context.Context, community string) (int64, error) {
	now := time.Now().UnixMilli()
	if !s.settings.registry.DataClock([]byte(community)) {
		return now, nil
	}
	rows, err := s.db.Query(ctx, "SELECT toUnixTimestamp64Milli(max(last_seen)) FROM rollcall.members WHERE community = {community:String}",
		map[string]string{"community": community})
	if err != nil {
		return 0, fmt.Errorf("reading the time of %s: %w", community, err)
	}
	if len(rows.Rows) > 0 {
		if at, _ := rows.Rows[0][0].(int64); at > 0 {
			return at, nil
		}
	}
	return now, nil
}

// say appends a command to the log, where the fold finds it.
func (s *server) say(ctx context.Context, c Commanded, verb actionpb.Command_Verb) (any, error) {
	if c.Time == 0 {
		var err error
		if c.Time, err = s.timeOf(ctx, c.Community); err != nil {
			return nil, err
		}
	}
	value, err := proto.Marshal(&actionpb.Signal{Version: schemas.Version, Community: c.Community,
		Command: &actionpb.Command{AlertId: c.ID, Kind: c.Kind, Verb: verb, By: c.By, Time: c.Time, Until: c.Until}})
	if err != nil {
		return nil, fmt.Errorf("encoding the command: %w", err)
	}
	if err := s.producer.Append(ctx, schemas.TopicSignals, []schemas.Record{{Key: []byte(c.Community), Value: value}}); err != nil {
		return nil, problem.New(http.StatusServiceUnavailable, "the command is not in the log, say it again: %v", err)
	}
	return c, nil
}

// postAlertTest sends a message to receivers, past the log: so it tells of receivers only, and how each took it.
func (s *server) postAlertTest(r *http.Request) (any, error) {
	var in struct {
		Receiver string `json:"receiver"`
	}
	if r.ContentLength != 0 {
		if err := readJSON(r, &in); err != nil {
			return nil, err
		}
	}
	out := s.outbox.Test(r.Context(), in.Receiver, testAlert(time.Now()))
	if len(out) == 0 && in.Receiver != "" {
		return nil, problem.New(http.StatusNotFound, "there is no receiver %q", in.Receiver)
	}
	return out, nil
}

// testAlert is what a test sends.
func testAlert(now time.Time) *actionpb.Alert {
	at := now.UnixMilli()
	return &actionpb.Alert{Version: schemas.Version, Community: "test", AlertId: "test-" + strconv.FormatInt(at, 10), Sequence: 1, Kind: "test",
		State: "open", Change: "test", Severity: "info", Opened: at, Updated: at, IntervalStart: at, IntervalEnd: at,
		TitleEn: "A test of this receiver", TitleZh: "接收测试",
		TextEn: "Somebody asked Rollcall for a test message. Nothing has happened in any community; nothing is to be done.",
		TextZh: "有人让 Rollcall 发送了一条测试消息。社区一切正常，无需处理。"}
}

func (s *server) getAlertStatus(r *http.Request) (any, error) {
	ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
	defer cancel()
	out := Status{Ready: true, Rejected: map[string]uint64{}, Stages: []Position{}, Sinks: []Sink{}, Receivers: s.outbox.States(), Version: Version()}
	if err := s.check(ctx); err != nil {
		out.Ready, out.Problem = false, err.Error()
	}
	return out, nil
}

var _ outbox.Log = alertLog{}
