package registry

import (
	"bytes"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

var now = time.UnixMilli(1_800_000_000_000)

func newKey(t *testing.T, r *Registry, communities ...string) (secret string, k *actionpb.WriteKey) {
	t.Helper()
	secret, rec, k, err := r.NewKey("test", communities, now)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(rec.Value, []byte(secret)) || bytes.Contains(rec.Value, []byte(secret[3:])) {
		t.Fatal("the record holds the secret")
	}
	if _, ok := r.Lookup(secret); ok {
		t.Fatal("the key is in force before its record is")
	}
	if err := r.Apply(rec.Value); err != nil {
		t.Fatal(err)
	}
	return secret, k
}

func TestKeyLivesFromRecordToRevocation(t *testing.T) {
	r := New(Options{Create: true})
	secret, k := newKey(t, r, "b", "a", "b")
	if len(secret) < 3+26 || !strings.HasPrefix(secret, "rk_") {
		t.Errorf("secret %q", secret)
	}
	g, ok := r.Lookup(secret)
	if !ok || g.KeyID != k.Id || strings.Join(g.Communities, " ") != "a b" || g.Admin {
		t.Errorf("got %+v, %v", g, ok)
	}
	for _, wrong := range []string{"", "rk_", secret[:len(secret)-1], secret + "x", string(k.Hash), k.Id} {
		if _, ok := r.Lookup(wrong); ok {
			t.Errorf("%q is in force", wrong)
		}
	}
	rec, err := r.RevokeKey(KeyID(k.Id), now.Add(time.Hour)) // an id stays one
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Apply(rec.Value); err != nil {
		t.Fatal(err)
	}
	if _, ok := r.Lookup(secret); ok {
		t.Error("in force after revocation")
	}
	rec, _ = r.RevokeKey(k.Id, now.Add(2*time.Hour))
	if err := r.Apply(rec.Value); err != nil {
		t.Fatal(err)
	}
	if got := r.Keys(); len(got) != 1 || got[0].Revoked != now.Add(time.Hour).UnixMilli() {
		t.Errorf("keys %v", got)
	}
	if _, err := r.RevokeKey("nobody", now); !errors.Is(err, ErrUnknown) {
		t.Errorf("got %v", err)
	}
}

func TestKeysAreSortedAndDistinct(t *testing.T) {
	r := New(Options{Create: true})
	seen := map[string]bool{}
	for i := range 20 {
		secret, rec, _, err := r.NewKey("", nil, now.Add(time.Duration(-i)*time.Second))
		if err != nil || seen[secret] {
			t.Fatal(secret, err)
		}
		seen[secret] = true
		if err := r.Apply(rec.Value); err != nil {
			t.Fatal(err)
		}
	}
	keys := r.Keys()
	for i := 1; i < len(keys); i++ {
		if keys[i-1].Created >= keys[i].Created {
			t.Fatalf("not sorted at %d", i)
		}
	}
}

func TestGrant(t *testing.T) {
	all, one, two := Grant{}, Grant{Communities: []string{"a"}}, Grant{Communities: []string{"a", "b"}}
	if c, ok := one.Sole(); !ok || c != "a" {
		t.Error(c, ok)
	}
	if _, ok := all.Sole(); ok {
		t.Error("a key of all communities has no sole one")
	}
	if _, ok := two.Sole(); ok {
		t.Error("a key of two communities has no sole one")
	}
	if !all.Allows([]byte("x")) || !two.Allows([]byte("b")) || two.Allows([]byte("c")) || one.Allows([]byte("aa")) {
		t.Error("Allows")
	}
}

func TestAdmin(t *testing.T) {
	r := New(Options{})
	if _, ok := r.Lookup(""); ok {
		t.Error("no token is in force yet")
	}
	r.SetAdmin("")
	if _, ok := r.Lookup(""); ok {
		t.Error("the empty token allows nothing")
	}
	r.SetAdmin("token")
	if g, ok := r.Lookup("token"); !ok || !g.Admin || !g.Allows([]byte("x")) {
		t.Errorf("got %+v %v", g, ok)
	}
	r.SetAdmin("other")
	if _, ok := r.Lookup("token"); ok {
		t.Error("the old token is in force")
	}
}

func TestCommunityIsCheckedAndApplied(t *testing.T) {
	r := New(Options{})
	if r.Known([]byte("c")) {
		t.Error("known before it was set up")
	}
	if _, _, _, err := r.NewKey("", []string{"c"}, now); !errors.Is(err, ErrUnknown) {
		t.Errorf("key of an unknown community: %v", err)
	}
	for name, s := range map[string]*actionpb.Settings{
		"name":          {Community: "a b"},
		"no name":       {},
		"zone":          {Community: "c", TimeZone: "Mars/Olympus"},
		"local":         {Community: "c", TimeZone: "Local"},
		"file":          {Community: "c", TimeZone: "../../etc/passwd"},
		"clock":         {Community: "c", Clock: 7},
		"lateness":      {Community: "c", LatenessMs: -1},
		"long lateness": {Community: "c", LatenessMs: MaxLateness.Milliseconds() + 1},
	} {
		if _, err := r.SetCommunity(s); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	s := &actionpb.Settings{Community: "c", TimeZone: "Asia/Shanghai", Clock: actionpb.Clock_CLOCK_DATA,
		LatenessMs: MaxLateness.Milliseconds()}
	rec, err := r.SetCommunity(s)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Apply(rec.Value); err != nil {
		t.Fatal(err)
	}
	got, ok := r.Community("c")
	if !ok || !proto.Equal(got, s) || !r.Known([]byte("c")) || !r.DataClock([]byte("c")) || r.DataClock([]byte("d")) {
		t.Errorf("got %v", got)
	}
	got.Clock = 0
	if !r.DataClock([]byte("c")) {
		t.Error("the caller holds the registry's own copy")
	}
	if all := r.Communities(); len(all) != 1 || string(rec.Key) != "community/c" {
		t.Errorf("got %v %s", all, rec.Key)
	}
}

func TestApplyRefuses(t *testing.T) {
	r := New(Options{})
	newer, _ := proto.Marshal(&actionpb.Registered{Version: schemas.Version + 1})
	short, _ := proto.Marshal(&actionpb.Registered{What: &actionpb.Registered_Key{Key: &actionpb.WriteKey{Id: "x", Hash: []byte("x")}}})
	if err := r.Apply(newer); !errors.Is(err, schemas.ErrVersion) {
		t.Errorf("newer: %v", err)
	}
	for _, b := range [][]byte{nil, short, {0xff}} {
		if err := r.Apply(b); !errors.Is(err, schemas.ErrEncoding) {
			t.Errorf("%x: %v", b, err)
		}
	}
}

func TestReadersAndWritersTogether(t *testing.T) {
	r := New(Options{Create: true})
	secret, k := newKey(t, r, "a")
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 200 {
				r.Lookup(secret)
				r.Keys()
				r.Communities()
				r.DataClock([]byte("a"))
				rec, err := r.RevokeKey(k.Id, now)
				if err != nil {
					t.Error(err)
				}
				if err := r.Apply(rec.Value); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}

func FuzzApply(f *testing.F) {
	r := New(Options{Create: true})
	_, rec, _, _ := r.NewKey("n", []string{"c"}, now)
	f.Add(rec.Value)
	rec, _ = r.SetCommunity(&actionpb.Settings{Community: "c", TimeZone: "UTC"})
	f.Add(rec.Value)
	rec, _ = r.NameDeployment("a name")
	f.Add(rec.Value)
	f.Fuzz(func(t *testing.T, value []byte) {
		r := New(Options{})
		known := func() int { return len(r.Keys()) + len(r.Communities()) + len(r.Deployment()) }
		if r.Apply(value) == nil && known() == 0 {
			t.Error("applied, yet nothing is known")
		}
	})
}

func BenchmarkLookup(b *testing.B) {
	r := New(Options{Create: true})
	secret, rec, _, _ := r.NewKey("", []string{"c"}, now)
	if err := r.Apply(rec.Value); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		r.Lookup(secret)
	}
}

// Two processes that begin a rebuild at the same time do not both feed it: the first record of the log decides, wherever
// it is read.
func TestTheFirstFeederOfARebuildCounts(t *testing.T) {
	r := New(Options{})
	apply := func(epoch uint32, feeder string) string {
		t.Helper()
		rec, err := r.SetCommunity(&actionpb.Settings{Community: "c", Epoch: epoch, Feeder: feeder})
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Apply(rec.Value); err != nil {
			t.Fatal(err)
		}
		s, _ := r.Community("c")
		return s.Feeder
	}
	for _, c := range []struct {
		epoch        uint32
		feeder, want string
	}{{1, "ann", "ann"}, {1, "ben", "ann"}, {1, "ann", "ann"}, {1, "", ""}, {2, "ben", "ben"}, {3, "ann", "ann"}} {
		if got := apply(c.epoch, c.feeder); got != c.want {
			t.Errorf("after %+v: %q feeds it", c, got)
		}
	}
}

// A log has one name, the first.
func TestADeploymentKeepsItsName(t *testing.T) {
	r := New(Options{})
	for _, id := range []string{"first", "second"} {
		rec, err := r.NameDeployment(id)
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Apply(rec.Value); err != nil || r.Deployment() != "first" {
			t.Errorf("%q, %v", r.Deployment(), err)
		}
	}
}
