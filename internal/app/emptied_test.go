package app

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Snapshots above an emptied read model would leave it so: the start says what to do, and then does it.
func TestAnEmptiedReadModelIsRefused(t *testing.T) {
	dir := t.TempDir()
	in := start(t, dir)
	for _, name := range []string{"cafe", "club"} {
		in.send(`{"community":"` + name + `","member":"ada","kind":"post"}`)
	}
	in.wait()
	before := in.fingerprints("cafe")
	if err := in.stop(); err != nil {
		t.Fatal(err)
	}
	again := start(t, dir) // nothing is missing yet
	if err := again.stop(); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(dir, "clickhouse")); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	err := Up(ctx, UpOptions{Dir: dir, Listen: "127.0.0.1:0", KafkaListen: "127.0.0.1:0", ClickHouseListen: "127.0.0.1:0",
		CreateUnknown: true, Logger: testLogger(t), Ready: func(Run, string) { cancel() }})
	if err == nil || !strings.Contains(err.Error(), "the read model is empty, and the snapshots know c") ||
		!strings.Contains(err.Error(), "empty the folder "+filepath.Join(dir, "snapshots")) {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(dir, "snapshots")); err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	in = start(t, dir)
	in.wait()
	if after := in.fingerprints("cafe"); after["actions"] != before["actions"] || after["members_activity"] != before["members_activity"] {
		t.Errorf("before %v, after %v", before, after)
	}
}
