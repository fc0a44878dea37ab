package main

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Laws 1, 4 and 5 with real processes: an instance that is killed again and again in the middle of an import, and started
// on the same folder, ends with the tables of one that was left alone.
func TestKilledImportsLoseAndDoubleNothing(t *testing.T) {
	// The race detector would make it slower by far and more like no machine there is: kill the real program, if it is
	// named.
	if real := os.Getenv("ROLLCALL_PROGRAM"); real != "" {
		defer func(old string) { program = old }(program)
		program = real
	}
	kills := 20
	if v, err := strconv.Atoi(os.Getenv("ROLLCALL_KILLS")); err == nil {
		kills = v
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "lab.ndjson")
	if out, err := command(t.Context(), "simulate", "--community", "lab", "--members", "3000", "--days", "20", "--from", "2026-01-01",
		"--time-zone", "Asia/Shanghai", "--rate", "5", "--actions", "300000", "--out", file).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	calm := up(t, filepath.Join(dir, "calm"), freePort(t))
	calm.rollcall("community", "set", "lab", "--clock", "data", "--time-zone", "Asia/Shanghai")
	began := time.Now()
	calm.rollcall("import", file, "--community", "lab")
	took := time.Since(began)
	want := calm.fingerprints("lab")
	calm.kill()

	seed := uint64(time.Now().UnixNano())
	t.Logf("kills at moments of seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	stormy, listen := filepath.Join(dir, "stormy"), freePort(t)
	p := up(t, stormy, listen)
	p.rollcall("community", "set", "lab", "--clock", "data", "--time-zone", "Asia/Shanghai")
	for range kills {
		importing := command(t.Context(), "import", file, "--community", "lab", "--data", stormy)
		if err := importing.Start(); err != nil {
			t.Fatal(err)
		}
		moment := time.NewTimer(time.Duration(r.Int64N(int64(took) * 12 / 10)))
		<-moment.C
		p.kill()
		_ = importing.Process.Kill()
		_ = importing.Wait()
		p = up(t, stormy, listen)
	}
	p.rollcall("import", file, "--community", "lab")
	if diff := cmp.Diff(want, p.fingerprints("lab")); diff != "" {
		t.Errorf("-left alone +killed %d times:\n%s", kills, diff)
	}
}
