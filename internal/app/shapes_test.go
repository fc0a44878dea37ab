package app

import (
	"context"
	"fmt"
	"maps"
	"os"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/ingest/files"
	"github.com/rollcall-dev/rollcall/internal/kafka"
	"github.com/rollcall-dev/rollcall/internal/stream"
	"github.com/rollcall-dev/rollcall/internal/testkit"
	"github.com/rollcall-dev/rollcall/processors"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// dataSets are the public ones, as they are imported.
var dataSets = map[string]ImportOptions{
	"CollegeMsg":    {Files: []string{"collegemsg/CollegeMsg.txt.gz"}, Format: "snap"},
	"bitcoin-otc":   {Files: []string{"bitcoin-otc/soc-sign-bitcoinotc.csv.gz"}, Format: "csv", Kind: "vote", Map: voteColumns},
	"bitcoin-alpha": {Files: []string{"bitcoin-otc/soc-sign-bitcoinalpha.csv.gz"}, Format: "csv", Kind: "vote", Map: voteColumns},
	"CDNOW": {Files: []string{"cdnow/CDNOW_master.txt.gz"}, Format: "snap", Kind: "purchase",
		Map: map[string]string{"member": "1", "time": "2", "value": "4"}},
}

var voteColumns = map[string]string{"member": "1", "target": "2", "value": "3", "time": "4"}

// captured is what the importer sends: a batch of actions, then a tick.
type captured struct{ batches [][][]byte }

func (c *captured) Send(_ context.Context, b *actionpb.ImportBatch) error {
	var batch [][]byte
	for _, a := range b.Actions {
		batch = append(batch, append([]byte(nil), a...))
	}
	c.batches = append(c.batches, batch)
	return nil
}

// logs lays the batches out over partitions, as collector and producer do.
func (c *captured) logs(t *testing.T, partitions int) [][][]byte {
	logs := make([][][]byte, partitions)
	broadcast := func(b []byte) {
		for p := range logs {
			logs[p] = append(logs[p], b)
		}
	}
	settings, err := proto.Marshal(&actionpb.Control{Version: schemas.Version, Settings: &actionpb.Settings{Community: "c",
		TimeZone: "Australia/Lord_Howe", Clock: actionpb.Clock_CLOCK_DATA, LatenessMs: 3_600_000}})
	if err != nil {
		t.Fatal(err)
	}
	broadcast(settings)
	for _, batch := range c.batches {
		var a schemas.Action
		for _, b := range batch {
			if _, err := schemas.DecodeRecord(b, &a); err != nil {
				t.Fatal(err)
			}
			p := kafka.PartitionOf(a.Key(nil), partitions)
			logs[p] = append(logs[p], b)
		}
		broadcast(stream.Tick("c", time.UnixMilli(a.Time), time.UnixMilli(0)))
	}
	return logs
}

// shared is what the workers of one run write to.
type shared struct {
	sync.Mutex
	tables  testkit.Tables
	signals [][]byte
}

func (s *shared) deliver(f processors.Fold) {
	out := f.Flush()
	s.Lock()
	for _, r := range out.Rows {
		s.tables.Write(r)
	}
	for _, r := range out.Signals {
		s.signals = append(s.signals, r.Value)
	}
	s.Unlock()
	f.Delivered()
}

// fold runs both stages over the logs with so many workers at once, and flushes every batch records.
func fold(logs [][][]byte, workers, batch int) map[string]string {
	s := &shared{tables: testkit.Tables{}}
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for p := w; p < len(logs); p += workers {
				m := processors.NewMembers(p, len(logs))
				for i, b := range logs[p] {
					m.Apply(int64(i), b)
					if (i+1)%batch == 0 {
						s.deliver(m)
					}
				}
				s.deliver(m)
			}
		})
	}
	wg.Wait()
	c := processors.NewCommunities()
	for i, b := range s.signals {
		c.Apply(int64(i), b)
		if (i+1)%batch == 0 {
			s.deliver(c)
		}
	}
	s.deliver(c)
	return s.tables.Final()
}

// Law 4 on real data: batches of 1, 7 and 1000 records and 1, 3 and 8 partitions and workers give the same tables, row
// for row.
func TestTheShapeOfADeploymentDoesNotShow(t *testing.T) {
	sets, shapes := map[string]ImportOptions{}, [][2]int{{3, 7}, {8, 1000}}
	if !testkit.Race {
		sets = maps.Clone(dataSets)
	}
	switch os.Getenv("ROLLCALL_ALL_SHAPES") {
	case "":
	case "corners":
		shapes = [][2]int{{1, 1}, {1, 1000}, {3, 7}, {8, 1}, {8, 1000}}
	default:
		shapes = [][2]int{{1, 1}, {1, 7}, {1, 1000}, {3, 1}, {3, 7}, {3, 1000}, {8, 1}, {8, 7}, {8, 1000}}
	}
	sets["french-meta"] = ImportOptions{}
	for name, o := range sets {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if o.Files == nil {
				o.Files = []string{demo(t)}
			} else {
				o.Files = []string{dataSet(t, o.Files[0])}
			}
			var c captured
			if _, err := files.Import(t.Context(), files.Options{Files: o.Files, Community: "c", Format: o.Format, Kind: o.Kind, Map: o.Map}, &c); err != nil {
				t.Fatal(err)
			}
			want := fold(c.logs(t, 1), 1, 1<<30)
			if len(want) < 10_000 {
				t.Errorf("only %d rows", len(want))
			}
			for _, shape := range shapes {
				t.Run(fmt.Sprintf("%d partitions and workers, batches of %d", shape[0], shape[1]), func(t *testing.T) {
					got := fold(c.logs(t, shape[0]), shape[0], shape[1])
					different := 0
					for k, v := range want {
						if got[k] != v {
							if different++; different <= 5 {
								t.Errorf("%s is %q, with one partition %q", k, got[k], v)
							}
						}
					}
					if different > 0 || len(got) != len(want) {
						t.Errorf("%d rows, want %d; %d different", len(got), len(want), different)
					}
				})
			}
		})
	}
}
