package files

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// recorder is a Sender that keeps what it got, and refuses to be called twice at a time.
type recorder struct {
	busy    sync.Mutex
	batches []*actionpb.ImportBatch
	fail    func(n int) error
}

func (r *recorder) Send(_ context.Context, b *actionpb.ImportBatch) error {
	if !r.busy.TryLock() {
		return fmt.Errorf("two batches at a time")
	}
	defer r.busy.Unlock()
	if r.fail != nil {
		if err := r.fail(len(r.batches)); err != nil {
			return err
		}
	}
	r.batches = append(r.batches, proto.CloneOf(b))
	return nil
}

func (r *recorder) actions(t testing.TB) []schemas.Action {
	t.Helper()
	var out []schemas.Action
	for _, b := range r.batches {
		for _, record := range b.Actions {
			var a schemas.Action
			if _, err := schemas.DecodeRecord(record, &a); err != nil {
				t.Fatal(err)
			}
			out = append(out, a)
		}
	}
	return out
}

// show is the recorder's actions, one a line.
func (r *recorder) show(t testing.TB) string {
	t.Helper()
	var b strings.Builder
	for _, a := range r.actions(t) {
		kind := a.Kind.String()
		if len(a.Name) > 0 {
			kind += "=" + string(a.Name)
		}
		fmt.Fprintf(&b, "%s %s %s %s", time.UnixMilli(a.Time).UTC().Format("2006-01-02T15:04:05.999"), a.Community, a.Member, kind)
		if len(a.Target) > 0 {
			fmt.Fprintf(&b, " >%s", a.Target)
		}
		if a.HasValue {
			fmt.Fprintf(&b, " %g", a.Value)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func (r *recorder) rejected() []string {
	var out []string
	for _, b := range r.batches {
		for _, x := range b.Rejected {
			out = append(out, fmt.Sprintf("%s %s %s", x.Source, x.Reason, x.Field))
		}
	}
	return out
}

var clock = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)

func put(t testing.TB, name, body string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func options(files ...string) Options {
	return Options{Files: files, Community: "c", Now: func() time.Time { return clock }}
}

func run(t testing.TB, o Options) (*recorder, Summary) {
	t.Helper()
	r := &recorder{}
	s, err := Import(t.Context(), o, r)
	if err != nil {
		t.Fatal(err)
	}
	return r, s
}
