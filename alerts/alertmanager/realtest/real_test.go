package realtest

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/alertmanager/alert"
	"github.com/prometheus/alertmanager/api"
	"github.com/prometheus/alertmanager/config"
	"github.com/prometheus/alertmanager/dispatch"
	"github.com/prometheus/alertmanager/eventrecorder"
	"github.com/prometheus/alertmanager/marker"
	"github.com/prometheus/alertmanager/notify"
	"github.com/prometheus/alertmanager/provider/mem"
	"github.com/prometheus/alertmanager/silence"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/model"
	"github.com/prometheus/common/route"

	"github.com/rollcall-dev/rollcall/alerts/alertmanager"
	"github.com/rollcall-dev/rollcall/alerts/alerttest"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

const settings = `
route: {receiver: here, group_by: [community, kind], group_wait: 1ms, group_interval: 20ms, repeat_interval: 1h}
receivers: [{name: here}]
`

// heard is what Alertmanager would tell its receivers.
type heard struct {
	mu  sync.Mutex
	all []string // status, name, and sequence of each
	was chan struct{}
}

func (h *heard) exec(ctx context.Context, _ *slog.Logger, alerts ...*alert.Alert) (context.Context, []*alert.Alert, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, a := range alerts {
		h.all = append(h.all, string(a.Status())+" "+a.Name()+" "+string(a.Annotations["sequence"]))
	}
	select {
	case h.was <- struct{}{}:
	default:
	}
	return ctx, alerts, nil
}

// until waits for Alertmanager to tell something.
func (h *heard) until(t *testing.T, want string) {
	t.Helper()
	late := time.After(20 * time.Second)
	for {
		h.mu.Lock()
		for _, got := range h.all {
			if got == want {
				h.all = nil
				h.mu.Unlock()
				return
			}
		}
		h.mu.Unlock()
		select {
		case <-h.was:
		case <-late:
			t.Fatalf("%s was not told; %v was", want, h.all)
		}
	}
}

// start is Alertmanager without its page and its receivers: API, store, and dispatcher are its own.
func start(t *testing.T) (address string, told *heard) {
	t.Helper()
	conf, err := config.Load(settings)
	if err != nil {
		t.Fatal(err)
	}
	log, reg := slog.New(slog.DiscardHandler), prometheus.NewRegistry()
	silences, err := silence.New(silence.Options{Retention: time.Hour, Logger: log, Metrics: reg})
	if err != nil {
		t.Fatal(err)
	}
	store, err := mem.NewAlerts(t.Context(), time.Hour, 0, nil, log, eventrecorder.Recorder{}, reg, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	told = &heard{was: make(chan struct{}, 1)}
	groups := marker.NewGroupMarker()
	d := dispatch.NewDispatcher(store, dispatch.NewRoute(conf.Route, nil), notify.StageFunc(told.exec), groups,
		func(d time.Duration) time.Duration { return d }, time.Minute, nil, log, eventrecorder.Recorder{}, nil, nil)
	go d.Run(time.Now())
	t.Cleanup(d.Stop)
	a, err := api.New(api.Options{Alerts: store, Silences: silences, GroupMutedFunc: groups.Muted, GroupFunc: d.Groups, Logger: log, Registry: reg,
		RequestDuration: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "request"}, []string{"handler", "method", "code"})})
	if err != nil {
		t.Fatal(err)
	}
	a.Update(conf, func(context.Context, model.LabelSet) {})
	s := httptest.NewServer(a.Register(route.New(), "/"))
	t.Cleanup(s.Close)
	return s.URL, told
}

type shown struct {
	Labels      map[string]string
	Annotations map[string]string
	EndsAt      time.Time
}

func active(t *testing.T, address string) []shown {
	t.Helper()
	res, err := http.Get(address + "/api/v2/alerts")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var all []shown
	if err := json.NewDecoder(res.Body).Decode(&all); err != nil || res.StatusCode != http.StatusOK {
		t.Fatal(res.Status, err)
	}
	return all
}

func TestALifeInAlertmanager(t *testing.T) {
	address, told := start(t)
	c, err := alertmanager.New(address, "")
	if err != nil {
		t.Fatal(err)
	}
	send := func(all ...*actionpb.Alert) {
		t.Helper()
		if err := c.Send(t.Context(), alerttest.Message("en", all...)); err != nil {
			t.Fatal(err)
		}
	}
	for _, change := range []string{"opened", "opened", "updated", "acknowledged"} {
		a := alerttest.Alert(change)
		if change == "updated" {
			a.Severity = "info" // is the same alert all the same
		}
		send(a)
		all := active(t, address)
		if len(all) != 1 || all[0].Annotations["change"] != change || all[0].Labels["community"] != "acme" ||
			time.Until(all[0].EndsAt) < alertmanager.Lasting-time.Hour {
			t.Fatalf("after %s: %+v", change, all)
		}
	}
	told.until(t, "firing RollcallLeaveSpike 3")
	send(alerttest.Alert("resolved"))
	told.until(t, "resolved RollcallLeaveSpike 4")
	if all := active(t, address); len(all) != 0 {
		t.Errorf("after resolved: %+v", all)
	}
	again := alerttest.Alert("opened")
	again.Opened, again.AlertId = time.Now().UnixMilli(), "another"
	send(again)
	told.until(t, "firing RollcallLeaveSpike 1")
	send(alerttest.Alert("test"))
	told.until(t, "firing RollcallTest 1")
	ahead := alerttest.Alert("resolved") // a community on the clock of its data
	ahead.Community, ahead.Opened, ahead.Resolved = "data", time.Now().AddDate(1, 0, 0).UnixMilli(), time.Now().AddDate(1, 0, 1).UnixMilli()
	send(alerttest.HostileAlert(), alerttest.LongAlert(), ahead)
}
