package ingest

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

func encoded(change func(a *schemas.Action)) []byte {
	a := schemas.Action{Version: 1, Community: []byte("c"), Member: []byte("m"), ID: []byte("1"), Kind: schemas.KindPost, Time: 5000}
	if change != nil {
		change(&a)
	}
	return a.Append(nil)
}

func (h *harness) importBatch(key string, b *actionpb.ImportBatch) (accepted, rejected int) {
	h.t.Helper()
	body, err := proto.Marshal(b)
	if err != nil {
		h.t.Fatal(err)
	}
	w := h.post("/v1/import", key, body, "Content-Type", "application/x-protobuf")
	var a struct{ Accepted, Rejected int }
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil || w.Code != 200 {
		h.t.Fatalf("%d %s", w.Code, w.Body)
	}
	return a.Accepted, a.Rejected
}

func TestImportAppendsThenTicks(t *testing.T) {
	h := newHarness(t, true, nil)
	accepted, rejected := h.importBatch(h.two, &actionpb.ImportBatch{
		Actions: [][]byte{
			encoded(nil),
			encoded(func(a *schemas.Action) { a.Community, a.Time = []byte("d"), 7000 }),
			encoded(func(a *schemas.Action) { a.ID, a.Time, a.Properties = []byte("2"), 6000, []byte(`{"a":1}`) }),
			encoded(nil),
		},
		Rejected: []*actionpb.Rejected{{Community: "d", Source: "f.ndjson:7", Reason: "invalid_json", Payload: []byte("x")},
			{Community: "foreign", Source: "f.ndjson:8", Reason: "invalid_json", Payload: []byte("x")}},
	})
	if accepted != 4 || rejected != 2 {
		t.Errorf("accepted %d, rejected %d", accepted, rejected)
	}
	as := h.log.actions(t)
	if len(as) != 4 || as[2].Received != testNow.UnixMilli() || string(as[2].Properties) != `{"a":1}` || as[1].Time != 7000 {
		t.Errorf("actions %+v", as)
	}
	if want := []string{schemas.TopicRejected, schemas.TopicActions, "tick", "tick"}; !slices.Equal(h.log.order, want) {
		t.Errorf("order %v", h.log.order)
	}
	ticks := map[string]int64{}
	for _, tick := range h.log.ticks {
		ticks[tick.Community] = tick.Time
	}
	if ticks["c"] != 6000 || ticks["d"] != 7000 {
		t.Errorf("ticks %v", h.log.ticks)
	}
	rs := h.log.rejected(t)
	if rs[0].Community != "d" || rs[1].Community != "" || rs[0].Received != testNow.UnixMilli() || rs[0].Source != "f.ndjson:7" {
		t.Errorf("rejected %v", rs)
	}
}

func TestImportTicksItsOwnCommunitiesOnly(t *testing.T) {
	h := newHarness(t, true, nil)
	for range 20 { // memory is used again
		h.log.ticks = nil
		h.importBatch(h.two, &actionpb.ImportBatch{Actions: [][]byte{encoded(func(a *schemas.Action) { a.Community = []byte("d") })}})
		h.importBatch(h.two, &actionpb.ImportBatch{Actions: [][]byte{encoded(nil)}})
		if len(h.log.ticks) != 2 || h.log.ticks[0].Community != "d" || h.log.ticks[1].Community != "c" {
			t.Fatalf("ticks %v", h.log.ticks)
		}
	}
}

func TestImportRefusesOneByOne(t *testing.T) {
	tick, _ := proto.Marshal(&actionpb.Control{Version: 1, Tick: &actionpb.Tick{Community: "c", Time: 1 << 50}})
	for name, tt := range map[string]struct {
		raw    []byte
		reason schemas.Reason
	}{
		"foreign": {encoded(func(a *schemas.Action) { a.Community = []byte("d") }), schemas.ReasonUnknownCommunity},
		"newer":   {encoded(func(a *schemas.Action) { a.Version = 2 }), schemas.ReasonUnsupportedVersion},
		"tick":    {tick, schemas.ReasonInvalidField},
		"junk":    {[]byte("\xff\xff"), schemas.ReasonInvalidField},
		"no id":   {encoded(func(a *schemas.Action) { a.ID = nil }), schemas.ReasonInvalidField},
		"long":    {encoded(func(a *schemas.Action) { a.Member = bytes.Repeat([]byte("m"), 129) }), schemas.ReasonInvalidField},
		"no JSON": {encoded(func(a *schemas.Action) { a.Properties = []byte("{a}") }), schemas.ReasonInvalidField},
		"array":   {encoded(func(a *schemas.Action) { a.Properties = []byte("[]") }), schemas.ReasonInvalidField},
		"large":   {encoded(func(a *schemas.Action) { a.Properties = make([]byte, 80<<10) }), schemas.ReasonTooLarge},
		"future": {encoded(func(a *schemas.Action) { a.Time = testNow.UnixMilli() + 48*3600*1000 }),
			schemas.ReasonTimeInFuture},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHarness(t, true, nil)
			accepted, rejected := h.importBatch(h.one, &actionpb.ImportBatch{Actions: [][]byte{encoded(nil), tt.raw, encoded(nil)}})
			if accepted != 2 || rejected != 1 {
				t.Errorf("accepted %d, rejected %d", accepted, rejected)
			}
			m := h.log.rejected(t)[0]
			if m.Reason != string(tt.reason) || m.Source != "import" || m.Community != "c" || !bytes.Equal(m.Payload, tt.raw) || m.Detail == "" {
				t.Errorf("kept %v", m)
			}
			if len(h.log.ticks) != 1 || h.log.ticks[0].Time != 5000 {
				t.Errorf("ticks %v", h.log.ticks)
			}
		})
	}
}

func TestImportRefusesWhole(t *testing.T) {
	h := newHarness(t, true, nil)
	many, _ := proto.Marshal(&actionpb.ImportBatch{Actions: make([][]byte, maxImportActions+1)})
	reason, _ := proto.Marshal(&actionpb.ImportBatch{Actions: [][]byte{encoded(nil)},
		Rejected: []*actionpb.Rejected{{Reason: "because"}}})
	h.problem(h.post("/v1/import", h.one, []byte(`{"member":"m"}`)), 400)
	h.problem(h.post("/v1/import", h.one, []byte{fieldActions << 3, 1}), 400) // a number
	h.problem(h.post("/v1/import", h.one, reason), 400)
	h.problem(h.post("/v1/import", h.one, many), 413)
	h.problem(h.post("/v1/import", h.one, make([]byte, maxImportBody+1)), 413)
	h.problem(h.post("/v1/import", "rk_x", nil), 401)
	if len(h.log.order) != 0 {
		t.Error("something was taken")
	}
	h.log.setFail("tick", errBusy)
	ok, _ := proto.Marshal(&actionpb.ImportBatch{Actions: [][]byte{encoded(nil)}})
	h.problem(h.post("/v1/import", h.one, ok), 503)
}

func FuzzImport(f *testing.F) {
	seed, _ := proto.Marshal(&actionpb.ImportBatch{Actions: [][]byte{encoded(nil)}, Rejected: []*actionpb.Rejected{{Reason: "too_large"}}})
	f.Add(seed)
	f.Add([]byte{8, 1})
	h := newHarness(f, true, nil)
	f.Fuzz(func(t *testing.T, body []byte) {
		if w := h.post("/v1/import", h.one, body); w.Code != 200 && w.Code != 400 {
			t.Errorf("%d %s", w.Code, w.Body)
		}
		h.log.recs, h.log.ticks, h.log.order = nil, nil, nil
	})
}
