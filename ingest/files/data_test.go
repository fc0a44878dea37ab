package files

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"

	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// data returns a file of the public data sets, which are not shipped.
func data(t testing.TB, path string) string {
	t.Helper()
	root := os.Getenv("ROLLCALL_DATASETS")
	if root == "" {
		t.Skip("ROLLCALL_DATASETS names no folder of data sets")
	}
	return filepath.Join(root, path)
}

// counts is a Sender that counts.
type counts struct {
	kinds   map[schemas.Kind]int
	members map[string]bool
	ids     map[string]bool
	last    int64
	sorted  bool
	value   float64
}

func (c *counts) Send(_ context.Context, b *actionpb.ImportBatch) error {
	if c.kinds == nil {
		c.kinds, c.members, c.ids, c.sorted = map[schemas.Kind]int{}, map[string]bool{}, map[string]bool{}, true
	}
	var a schemas.Action
	for _, r := range b.Actions {
		if _, err := schemas.DecodeRecord(r, &a); err != nil {
			return err
		}
		c.kinds[a.Kind]++
		c.members[string(a.Member)] = true
		c.ids[string(a.ID)] = true
		c.sorted = c.sorted && a.Time >= c.last
		c.last = a.Time
		c.value += a.Value
	}
	return nil
}

func TestDataSets(t *testing.T) {
	tests := []struct {
		name, path       string
		change           func(*Options)
		kind             schemas.Kind
		actions, members int
	}{
		{"CollegeMsg", "collegemsg/CollegeMsg.txt.gz", func(*Options) {}, schemas.KindMessage, 59_835, 1_350},
		{"Bitcoin OTC", "bitcoin-otc/soc-sign-bitcoinotc.csv.gz", func(o *Options) { o.Format, o.Kind = "snap", "vote" },
			schemas.KindVote, 35_592, 4_814},
		{"Bitcoin Alpha by map", "bitcoin-otc/soc-sign-bitcoinalpha.csv.gz", func(o *Options) {
			o.Map, o.Kind = map[string]string{"member": "1", "target": "2", "value": "3", "time": "4"}, "vote"
		}, schemas.KindVote, 24_186, 3_286},
		{"CDNOW", "cdnow/CDNOW_master.txt.gz", func(o *Options) {
			o.Map, o.Kind = map[string]string{"member": "1", "time": "2", "value": "4"}, "purchase"
		}, schemas.KindPurchase, 69_659, 23_570},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := options(data(t, tt.path))
			tt.change(&o)
			var c counts
			s, err := Import(t.Context(), o, &c)
			if err != nil || s.Rejected > 0 {
				t.Fatalf("%v, %+v", err, s)
			}
			if c.kinds[tt.kind] != tt.actions || len(c.ids) != tt.actions || len(c.members) != tt.members || !c.sorted {
				t.Errorf("got %v with %d ids of %d members, sorted %v; want %d of %d", c.kinds, len(c.ids), len(c.members),
					c.sorted, tt.actions, tt.members)
			}
		})
	}
}

func TestStackExchangeDump(t *testing.T) {
	var c counts
	s, err := Import(t.Context(), options(data(t, "se-french-meta")), &c)
	if err != nil || s.Rejected > 0 {
		t.Fatalf("%v, %+v", err, s)
	}
	if s.WithoutMember["comments"] != 36 || c.kinds[schemas.KindComment] != 1269 || c.kinds[schemas.KindReward] != 4002 {
		t.Errorf("%v, %+v", c.kinds, s)
	}
}

// TestConvertReadsBack: what Convert writes imports as the same actions.
func TestConvertReadsBack(t *testing.T) {
	o := options(put(t, "a.txt", "1 2 3\n1 2 3\n4 5 6.5\n"), put(t, "b.ndjson",
		`{"id":"<&>","community":"c","member":"m\"é","kind":"dance","time":0,"object":"o","channel":"h","platform":"p",`+
			`"campaign":"g","value":-0.5,"properties":{"a":"<b>"}}`))
	var text bytes.Buffer
	if _, err := Convert(t.Context(), o, &text); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(text.String(), "community"); n > 0 {
		t.Errorf("the community is written %d times", n)
	}
	want, _ := run(t, o)
	got, _ := run(t, options(put(t, "c.ndjson", text.String())))
	a, b := want.actions(t), got.actions(t)
	byID := func(x, y schemas.Action) int { return bytes.Compare(x.ID, y.ID) } // equal ones now have ids to order them
	slices.SortFunc(a, byID)
	slices.SortFunc(b, byID)
	for i := range a {
		a[i].Source, b[i].Source = nil, nil
		if !bytes.Equal(a[i].Append(nil), b[i].Append(nil)) {
			t.Errorf("action %d: got %+v, want %+v", i, b[i], a[i])
		}
	}
	if len(a) != len(b) || len(a) != 4 {
		t.Errorf("got %d, want %d", len(b), len(a))
	}
}

// TestShippedDemo: the demo data is whole, and reads as what demo/SOURCE.md says.
func TestShippedDemo(t *testing.T) {
	source, err := os.ReadFile("../../demo/SOURCE.md")
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open("../../demo/french-meta.ndjson.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	if z.ModTime.Unix() > 0 || z.Name != "" {
		t.Errorf("the gzip header carries %v, %q", z.ModTime, z.Name)
	}
	if sum := sha256.Sum256(text); !bytes.Contains(source, []byte(hex.EncodeToString(sum[:]))) {
		t.Errorf("SOURCE.md has another checksum than %x", sum)
	}
	var c counts
	s, err := Import(t.Context(), options(put(t, "demo.ndjson", string(text))), &c)
	if err != nil || s.Rejected > 0 || s.Actions != 6218 || len(c.ids) != 6218 {
		t.Errorf("%v, %+v, %d ids", err, s, len(c.ids))
	}
	t.Run("is made from the dump", func(t *testing.T) {
		var made bytes.Buffer
		if _, err := Convert(t.Context(), options(data(t, "se-french-meta")), &made); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(made.Bytes(), text) {
			t.Error("the dump gives other actions now: make the demo again, and correct SOURCE.md")
		}
	})
}
