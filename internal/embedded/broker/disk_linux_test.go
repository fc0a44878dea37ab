package broker

import (
	"bytes"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestFullDisk fills the disk below the broker: no write may be acknowledged and lost, and with room again the
// broker goes on, with and without a restart.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=4m"); err != nil {
		t.Skipf("mounting needs root: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	ballast := filepath.Join(dir, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 1<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	b := start(t, dir, "127.0.0.1:0")
	c := client(t, b.Addr(), time.Second)
	createTopic(t, c)
	want := map[int32][]string{}
	write := func(n int) (failed int) {
		for i := range n {
			p := int32(i % partitions)
			v := bytes.Repeat([]byte{byte('a' + i%26)}, 10_000+i)
			if err := produce(t.Context(), c, p, v); err != nil {
				failed++
				continue
			}
			want[p] = append(want[p], string(v))
		}
		return failed
	}
	if failed := write(400); failed == 0 {
		t.Fatal("no write failed on a full disk")
	}
	if diff := cmp.Diff(want, readAll(t, b.Addr())); diff != "" {
		t.Fatal("the full disk lost or added records")
	}
	if err := os.Truncate(ballast, 0); err != nil {
		t.Fatal(err)
	}
	if failed := write(20); failed != 0 {
		t.Fatalf("%d writes failed with room on the disk", failed)
	}
	if diff := cmp.Diff(want, readAll(t, b.Addr())); diff != "" {
		t.Fatal("after making room, records are lost or added")
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	b = start(t, dir, "127.0.0.1:0")
	if diff := cmp.Diff(want, readAll(t, b.Addr())); diff != "" {
		t.Fatal("after a restart, records are lost or added")
	}
}
