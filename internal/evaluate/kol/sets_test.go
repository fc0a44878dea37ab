package kol

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rollcall-dev/rollcall/internal/simulate"
	"github.com/rollcall-dev/rollcall/schemas"
)

func unpacked(t *testing.T, path string) io.Reader {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	r, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// dataSet opens a public data set, or skips the test.
func dataSet(t *testing.T, path string) io.Reader {
	t.Helper()
	root := os.Getenv("ROLLCALL_DATASETS")
	if root == "" {
		t.Skip("ROLLCALL_DATASETS names no folder of data sets")
	}
	return unpacked(t, filepath.Join(root, path))
}

func empty(t *testing.T) *Community {
	t.Helper()
	c, err := New("UTC", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// act adds an action by names.
func (c *Community) act(at int64, member, target string, kind schemas.Kind, value float64) {
	to := Nobody
	if target != "" {
		to = c.Number(target)
	}
	c.Add(Action{Time: at, Member: c.Number(member), Target: to, Kind: kind, Value: value})
}

// french is the demo: ten years of a small site.
func french(t *testing.T) *Community {
	c := empty(t)
	for d := json.NewDecoder(unpacked(t, "../../../demo/french-meta.ndjson.gz")); ; {
		a := struct {
			Member, Kind, Target string
			Time                 time.Time
			Value                *float64
			Properties           struct {
				Bot bool `json:"is_bot"`
			}
		}{}
		err := d.Decode(&a)
		if errors.Is(err, io.EOF) {
			return c
		}
		if err != nil {
			t.Fatal(err)
		}
		value := 1.0
		if a.Value != nil {
			value = *a.Value
		}
		c.act(a.Time.UnixMilli(), a.Member, a.Target, schemas.KindOf([]byte(a.Kind)), value)
		if a.Properties.Bot {
			c.Bot(c.Number(a.Member))
		}
	}
}

// upvotes are those that the owners of posts received; nothing of them is in the demo.
func upvotes(t *testing.T) map[string]float64 {
	rows := func(file string, row func(attributes map[string]string)) {
		for d := xml.NewDecoder(dataSet(t, "se-french-meta/"+file)); ; {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if e, ok := token.(xml.StartElement); ok && e.Name.Local == "row" {
				attributes := map[string]string{}
				for _, a := range e.Attr {
					attributes[a.Name.Local] = a.Value
				}
				row(attributes)
			}
		}
	}
	owner, out := map[string]string{}, map[string]float64{}
	rows("Posts.xml.gz", func(a map[string]string) { owner[a["Id"]] = a["OwnerUserId"] })
	rows("Votes.xml.gz", func(a map[string]string) {
		if who := owner[a["PostId"]]; a["VoteTypeId"] == "2" && who != "" {
			out[who]++
		}
	})
	return out
}

// college is so many of the messages, the first ones.
func college(t *testing.T, messages int) *Community {
	c := empty(t)
	for in := bufio.NewScanner(dataSet(t, "collegemsg/CollegeMsg.txt.gz")); in.Scan() && len(c.actions) < messages; {
		f := strings.Fields(in.Text())
		at, err := strconv.ParseInt(f[2], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		c.act(at*1000, f[0], f[1], schemas.KindMessage, 1)
	}
	return c
}

func bitcoin(t *testing.T, file string) (c *Community, net map[string]float64) {
	c, net = empty(t), map[string]float64{}
	for in := bufio.NewScanner(dataSet(t, "bitcoin-otc/"+file)); in.Scan(); {
		f := strings.Split(in.Text(), ",")
		rating, err := strconv.ParseFloat(f[2], 64)
		at, err2 := strconv.ParseFloat(f[3], 64)
		if err := errors.Join(err, err2); err != nil {
			t.Fatal(err)
		}
		c.act(int64(at*1000), f[0], f[1], schemas.KindVote, rating)
		net[f[1]] += rating
	}
	return c, net
}

// town is a simulated community with leaders whom members follow.
func town(t *testing.T, members, days int) *Community {
	from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	s, err := simulate.New(simulate.Quiet("town", 1, members, from, from.AddDate(0, 0, days)))
	if err != nil {
		t.Fatal(err)
	}
	c := empty(t)
	for a := (schemas.Action{}); s.Next(&a); {
		value := 1.0
		if a.HasValue {
			value = a.Value
		}
		c.act(a.Time, string(a.Member), string(a.Target), a.Kind, value)
	}
	return c
}
