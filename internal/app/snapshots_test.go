package app

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"gocloud.dev/blob"

	"github.com/rollcall-dev/rollcall/internal/embedded/datadir"
)

// objectStore is an S3 of this process with the bucket "snapshots".
type objectStore struct {
	t        *testing.T
	endpoint string
	failPart atomic.Bool // the second part of an object in parts does not arrive
}

func startObjectStore(t *testing.T) *objectStore {
	t.Helper()
	for name, value := range map[string]string{"AWS_ACCESS_KEY_ID": "anyone", "AWS_SECRET_ACCESS_KEY": "hush", "AWS_EC2_METADATA_DISABLED": "true",
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_PROFILE": "", "AWS_REGION": "", "AWS_ENDPOINT_URL": ""} {
		t.Setenv(name, value)
	}
	s := &objectStore{t: t}
	backend := s3mem.New()
	if err := backend.CreateBucket("snapshots"); err != nil {
		t.Fatal(err)
	}
	fake := gofakes3.New(backend, gofakes3.WithLogger(gofakes3.DiscardLog())).Server()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.failPart.Load() && r.URL.Query().Get("partNumber") == "2" {
			_, _ = io.CopyN(io.Discard, r.Body, 1<<20)
			panic(http.ErrAbortHandler) // the connection breaks in the middle
		}
		fake.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	s.endpoint = server.URL
	return s
}

func (s *objectStore) url(folder string) string {
	return "s3://snapshots/" + folder + "?region=us-east-1&endpoint=" + url.QueryEscape(s.endpoint)
}

// objects are the numbers of snapshots, by ID/STAGE/PARTITION.
func (s *objectStore) objects() map[string]int {
	s.t.Helper()
	b, err := blob.OpenBucket(s.t.Context(), s.url("")+"&use_path_style=true&response_checksum_validation=when_required")
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = b.Close() }()
	out := map[string]int{}
	for it := b.List(nil); ; {
		o, err := it.Next(s.t.Context())
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			s.t.Fatal(err)
		}
		out[filepath.Dir(o.Key)]++
	}
}

// The folds' state lives in a bucket: a start goes on from there, two snapshots a partition are kept, the data folder has
// none, and another deployment in the same bucket does not take them for its own.
func TestSnapshotsInABucket(t *testing.T) {
	bucket := startObjectStore(t)
	there := func(o *UpOptions) { o.Snapshots = bucket.url("rollcall/lab") }
	dir, half := t.TempDir(), halves(t)
	const restored = `msg=restored stage=(members|communities) partition=\d offset=[1-9]`
	load := func(in *instance, file string) {
		in.importFile(ImportOptions{Files: []string{file}, Community: "demo", Clock: "data"})
		in.wait()
	}
	stop := func(in *instance) {
		if err := in.stop(); err != nil {
			t.Fatal(err)
		}
	}
	in, log := startLogged(t, dir, there)
	if n := log.matches(restored); n != 0 {
		t.Errorf("%d partitions restored from an empty bucket", n)
	}
	load(in, half[0])
	before := in.fingerprints("demo")
	stop(in)
	id, err := os.ReadFile(filepath.Join(dir, "id"))
	if err != nil {
		t.Fatal(err)
	}
	mine := "rollcall/lab/" + strings.TrimSpace(string(id)) + "/"
	for _, partition := range []string{"members/0", "members/1", "members/2", "members/3"} {
		if n := bucket.objects()[mine+partition]; n < 1 || n > 2 { // a slow machine comes to a second one
			t.Errorf("%d snapshots of %s, want 1 or 2, in %v", n, partition, bucket.objects())
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "snapshots")); !os.IsNotExist(err) {
		t.Errorf("the data folder has snapshots as well: %v", err)
	}

	in, log = startLogged(t, dir, there)
	in.wait()
	if n := log.matches(restored); n < 5 {
		t.Errorf("%d partitions went on from the bucket, want at least 5", n)
	}
	if diff := gocmp.Diff(before, in.fingerprints("demo")); diff != "" {
		t.Errorf("-before the stop +after the start:\n%s", diff)
	}
	load(in, half[1])
	in.verify("demo", "")
	stop(in)
	in, _ = startLogged(t, dir, there)
	in.send(`{"community":"demo","member":"new","kind":"post"}`)
	in.wait()
	stop(in)
	most := 0
	for partition, n := range bucket.objects() {
		if !strings.HasPrefix(partition, mine) || strings.Contains(partition, "probe") {
			t.Errorf("%s is none of this deployment's snapshots", partition)
		}
		most = max(most, n)
	}
	if most != 2 {
		t.Errorf("up to %d snapshots of a partition are kept, want 2: %v", most, bucket.objects())
	}

	in, log = startLogged(t, t.TempDir(), there)
	load(in, half[0])
	if n := log.matches(restored); n != 0 {
		t.Errorf("another deployment took %d snapshots for its own", n)
	}
}

// A snapshot of several parts whose way into the bucket breaks leaves nothing there, and the one before stays.
func TestASnapshotIsWholeOrNotThere(t *testing.T) {
	bucket := startObjectStore(t)
	dir, err := datadir.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = dir.Close() }()
	store, err := openSnapshots(t.Context(), dir, bucket.url(""))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	payload := bytes.Repeat([]byte("state "), 20<<20/6)
	write := func(next int64) error { return store.Write(t.Context(), "members", 0, 1, next, payload) }
	newest := func() (next int64, got []byte) {
		names, err := store.List(t.Context(), "members", 0)
		if err != nil {
			t.Fatal(err)
		}
		next, got, err = store.Read(t.Context(), names[0], "members", 0, 1)
		if err != nil {
			t.Fatal(err)
		}
		return next, got
	}
	if err := write(1); err != nil {
		t.Fatal(err)
	}
	bucket.failPart.Store(true)
	if err := write(2); err == nil {
		t.Error("a snapshot that lost a part counts as written")
	}
	if next, got := newest(); next != 1 || !bytes.Equal(got, payload) {
		t.Errorf("after the broken one, the newest is of offset %d with %d bytes", next, len(got))
	}
	bucket.failPart.Store(false)
	for next := range int64(3) {
		if err := write(next + 2); err != nil {
			t.Fatal(err)
		}
	}
	if next, got := newest(); next != 4 || !bytes.Equal(got, payload) {
		t.Errorf("the newest is of offset %d with %d bytes", next, len(got))
	}
	if names, _ := store.List(t.Context(), "members", 0); len(names) != 2 {
		t.Errorf("%d are kept: %v", len(names), names)
	}
}

// What cannot hold snapshots is refused before anything starts, in words that say what can, and without secrets.
func TestSnapshotsThatCannotBeKept(t *testing.T) {
	bucket := startObjectStore(t)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	const kinds, credentials = "give file:///FOLDER, s3://BUCKET/FOLDER", "AWS_ACCESS_KEY_ID"
	for _, c := range []struct{ setting, says, also string }{
		{"mem://", "lost with the process", kinds},
		{"gs://bucket", `"gs" is no kind of store`, kinds},
		{"/mnt/snapshots", `"" is no kind of store`, kinds},
		{"s3:///folder", "no bucket", kinds},
		{"file://folder", "no bucket or folder", kinds},
		{"://hush", "not a URL", kinds},
		{"s3://anyone:hush@snapshots", "no user or password", credentials},
		{"s3://snapshots?endpoint=http://anyone:hush@127.0.0.1:1", "no user or password", credentials},
		{bucket.url("") + "&secret_key=hush", `unknown query parameter "secret_key"`, credentials},
		{strings.Replace(bucket.url(""), "//snapshots", "//elsewhere", 1), "NoSuchBucket", "the snapshots at s3://elsewhere/ cannot be kept"},
		{"s3://snapshots?region=us-east-1&endpoint=http://127.0.0.1:1", "connection refused", "check the bucket's name, endpoint"},
		{"file://" + file, "cannot be kept", "check --snapshots and who may write there"},
	} {
		o := UpOptions{Dir: filepath.Join(t.TempDir(), "data"), Snapshots: c.setting, Logger: testLogger(t), Listen: "127.0.0.1:0",
			KafkaListen: "127.0.0.1:0", ClickHouseListen: "127.0.0.1:0", Ready: func(Run, string) { t.Errorf("%s: started", c.setting) }}
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		err := Up(ctx, o)
		cancel()
		if err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), c.also) {
			t.Errorf("%s: %v, want %q and %q", c.setting, err, c.says, c.also)
		} else if strings.Contains(err.Error(), "hush") {
			t.Errorf("%s: the secret is in %v", c.setting, err)
		}
	}
}

// A folder elsewhere works like a bucket.
func TestSnapshotsInAFolder(t *testing.T) {
	dir, err := datadir.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = dir.Close() }()
	elsewhere := filepath.Join(t.TempDir(), "new")
	var names []string
	for range 2 { // the id stays
		store, err := openSnapshots(t.Context(), dir, "file://"+filepath.ToSlash(elsewhere))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = store.Close() })
		if names, err = store.List(t.Context(), "members", 0); err != nil {
			t.Fatal(err)
		}
		if err := store.Write(t.Context(), "members", 0, 1, 7, []byte("state")); err != nil {
			t.Fatal(err)
		}
	}
	if len(names) != 1 {
		t.Errorf("the second start finds %v", names)
	}
	if found, _ := filepath.Glob(filepath.Join(elsewhere, "*", "members", "0", "*7")); len(found) != 1 {
		t.Errorf("%s has %v", elsewhere, found)
	}
}
