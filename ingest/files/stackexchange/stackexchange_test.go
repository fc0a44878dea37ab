package stackexchange

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rollcall-dev/rollcall/ingest/files/lines"
	"github.com/rollcall-dev/rollcall/schemas"
)

// sink writes down what comes, one line each.
type sink struct {
	actions  []string
	rejected []string
	lines    int64
}

func (s *sink) Action(a *schemas.Action) (*schemas.Rejection, error) {
	if string(a.Member) == "666" {
		return &schemas.Rejection{Reason: schemas.ReasonInvalidField, Field: "member"}, nil
	}
	value := ""
	if a.HasValue {
		value = fmt.Sprint(a.Value)
	}
	s.actions = append(s.actions, fmt.Sprintf("%s %s %s %s>%s on %s in %s %s%s", a.ID,
		time.UnixMilli(a.Time).UTC().Format("0102T150405"), a.Kind, a.Member, a.Target, a.Object, a.Channel, value, a.Properties))
	return nil, nil
}

func (s *sink) Reject(path string, line int64, row []byte, r *schemas.Rejection) error {
	s.rejected = append(s.rejected, fmt.Sprintf("%s:%d %s %s %s", filepath.Base(path), line, r.Reason, r.Field, row))
	return nil
}

func (s *sink) Open(path string) (*lines.File, error) { return lines.Open(path) }
func (s *sink) Lines(n int64)                         { s.lines += n }

func dump(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, body := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func read(t *testing.T, files map[string]string) (*sink, Counts) {
	t.Helper()
	d, err := Find([]string{dump(t, files)})
	if err != nil {
		t.Fatal(err)
	}
	s := &sink{}
	counts, err := d.Read(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(s.actions)
	return s, counts
}

const posts = "\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<posts>\r\n" +
	`  <row Id="1" PostTypeId="1" CreationDate="2011-08-17T20:18:56.507" Body="&lt;p&gt;a > b &#xA;" OwnerUserId="40" AcceptedAnswerId="2" Tags="&lt;bug&gt;&lt;scope&gt;" />` + "\r\n" +
	`  <row Id="2" PostTypeId="2" ParentId="1" CreationDate="2011-08-17T21:00:00.000" OwnerUserId="5" />` + "\r\n" +
	`  <row Id="3" PostTypeId="2" ParentId="1" CreationDate="2011-08-18T21:00:00.000" OwnerDisplayName="gone" />` + "\r\n" +
	`  <row Id="4" PostTypeId="1" CreationDate="2011-08-19T00:00:00.000" OwnerUserId="-1" AcceptedAnswerId="5" Tags="|a&amp;b|c|" />` + "\r\n" +
	`  <row Id="5" PostTypeId="2" ParentId="4" CreationDate="2011-08-19T01:00:00.000" OwnerUserId="6" />` + "\r\n" +
	`  <row Id="6" PostTypeId="4" CreationDate="2011-08-19T02:00:00.000" OwnerUserId="6" />` + "\r\n</posts>\r\n"

func TestRead(t *testing.T) {
	s, counts := read(t, map[string]string{
		"Posts.xml": posts,
		"Votes.xml": `<votes>
<row Id="1" PostId="2" VoteTypeId="2" CreationDate="2011-08-17T00:00:00.000" />
<row Id="2" PostId="2" VoteTypeId="1" CreationDate="2011-08-17T00:00:00.000" />
<row Id="3" PostId="1" VoteTypeId="5" UserId="7" CreationDate="2011-08-20T00:00:00.000" />
<row Id="4" PostId="3" VoteTypeId="1" CreationDate="2011-08-20T00:00:00.000" />
<row Id="5" PostId="1" VoteTypeId="8" UserId="8" CreationDate="2011-08-20T00:00:00.000" BountyAmount="50" />
<row Id="6" PostId="1" VoteTypeId="8" UserId="9" CreationDate="2011-08-25T00:00:00.000" BountyAmount="50" />
<row Id="7" PostId="2" VoteTypeId="9" CreationDate="2011-08-23T00:00:00.000" BountyAmount="50" />
<row Id="8" PostId="5" VoteTypeId="9" CreationDate="2011-08-23T00:00:00.000" BountyAmount="50" />
</votes>`,
		"Comments.xml": `<comments><row Id="9" PostId="2" Text="secret" CreationDate="2011-08-18T00:00:00.000" UserId="40" />` +
			`<row Id="10" PostId="99" Text="" CreationDate="2011-08-18T00:00:01.000" UserId="41" />
<row Id="11" PostId="2" Text="two
lines" CreationDate="2011-08-18T00:00:02.000" /></comments>`,
		"Badges.xml": `<row Id="3" UserId="40" Name="Strunk &amp; White" Date="2011-08-18T00:00:00.000" />`,
		"PostHistory.xml": `<row Id="1" PostHistoryTypeId="2" PostId="1" CreationDate="x" UserId="40" />
<row Id="2" PostHistoryTypeId="10" PostId="1" CreationDate="2011-09-11T00:28:41.233" UserId="5" />
<row Id="3" PostHistoryTypeId="12" PostId="2" CreationDate="2011-09-11T00:28:41.233" UserId="5" />
<row Id="4" PostHistoryTypeId="12" PostId="3" CreationDate="2011-09-11T00:28:41.233" UserId="5" />`,
		"Users.xml": `<row Id="x" />`,
	})
	want := []string{
		`accepted-5 0819T010000 vote -1>6 on 5 in a&b 3{"is_bot":true}`,
		`badge-3 0818T000000 reward 40> on Strunk & White in  `,
		`comment-10 0818T000001 comment 41> on 99 in  `,
		`comment-9 0818T000000 comment 40>5 on 2 in bug `,
		`history-2 0911T002841 violation 40> on 1 in bug `,
		`post-1 0817T201856 post 40> on 1 in bug `,
		`post-2 0817T210000 answer 5>40 on 1 in bug `,
		`post-4 0819T000000 post -1> on 4 in a&b {"is_bot":true}`,
		`post-5 0819T010000 answer 6>-1 on 4 in a&b `,
		`vote-2 0817T210000 vote 40>5 on 2 in bug 3`,
		`vote-3 0820T000000 vote 7>40 on 1 in bug 1`,
		`vote-4 0820T000000 vote 40> on 3 in bug 3`,
		`vote-5 0823T000000 vote 8>5 on 2 in bug 3`,
		`vote-6 0825T000000 vote 9>40 on 1 in bug 3`,
	}
	if diff := cmp.Diff(want, s.actions); diff != "" {
		t.Errorf("actions (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]int64{"answers": 1, "comments": 1, "bounties": 1, "closed or deleted posts": 1},
		counts.WithoutMember); diff != "" {
		t.Errorf("without member (-want +got):\n%s", diff)
	}
	ignored := int64(0)
	for _, n := range counts.Ignored {
		ignored += n
	}
	if ignored != 4 { // the up-vote, the tag wiki, the edit, the owner's own deletion
		t.Errorf("ignored %v, want 4 rows", counts.Ignored)
	}
	if len(s.rejected) > 0 {
		t.Errorf("rejected %v", s.rejected)
	}
}

func TestEachBountyIsWonOnce(t *testing.T) {
	s, _ := read(t, map[string]string{"Posts.xml": posts, "Votes.xml": `
<row Id="5" PostId="1" VoteTypeId="8" UserId="8" CreationDate="2011-08-20T00:00:00.000" />
<row Id="6" PostId="1" VoteTypeId="8" UserId="9" CreationDate="2011-08-25T00:00:00.000" />
<row Id="7" PostId="2" VoteTypeId="9" CreationDate="2011-08-26T00:00:00.000" />
<row Id="8" PostId="2" VoteTypeId="9" CreationDate="2011-08-27T00:00:00.000" />`})
	for _, want := range []string{
		"vote-5 0827T000000 vote 8>5 on 2 in bug 3", "vote-6 0826T000000 vote 9>5 on 2 in bug 3"} {
		if !slices.Contains(s.actions, want) {
			t.Errorf("no %q in %q", want, s.actions)
		}
	}
}

func TestBadRowsDoNotStop(t *testing.T) {
	s, _ := read(t, map[string]string{"Posts.xml": `<posts>
<row Id="1" PostTypeId="1" CreationDate="soon" OwnerUserId="1" />
<row PostTypeId="1" CreationDate="2011-08-19T00:00:00.000" OwnerUserId="1" />
<row Id="2" PostTypeId=1 CreationDate="2011-08-19T00:00:00.000" />
<row Id="3" PostTypeId="1" CreationDate="2011-08-19T00:00:00.000" OwnerUserId="666" />
<row Id="4" PostTypeId="1" CreationDate="2011-08-19T00:00:00.000" OwnerUserId="1" /><row Id="broken" />
<row Id="5" PostTypeId="1" CreationDate="2011-08-19T00:00:00.000" OwnerUserId="1`})
	want := []string{
		`Posts.xml:2 invalid_field CreationDate <row Id="1" PostTypeId="1" CreationDate="soon" OwnerUserId="1" />`,
		`Posts.xml:3 missing_field Id <row PostTypeId="1" CreationDate="2011-08-19T00:00:00.000" OwnerUserId="1" />`,
		`Posts.xml:4 invalid_field  <row Id="2" PostTypeId=1 CreationDate="2011-08-19T00:00:00.000" />`,
		`Posts.xml:6 invalid_field Id <row Id="broken" />`,
		`Posts.xml:7 invalid_field  <row Id="5" PostTypeId="1" CreationDate="2011-08-19T00:00:00.000" OwnerUserId="1`,
		`Posts.xml:5 invalid_field member <row Id="3" PostTypeId="1" CreationDate="2011-08-19T00:00:00.000" OwnerUserId="666" />`,
	}
	if diff := cmp.Diff(want, s.rejected); diff != "" {
		t.Errorf("rejected (-want +got):\n%s", diff)
	}
	if len(s.actions) != 1 || s.lines != 7 {
		t.Errorf("got %v in %d lines", s.actions, s.lines)
	}
}

func TestFind(t *testing.T) {
	empty, full := dump(t, nil), dump(t, map[string]string{"Posts.xml.gz": "", "Votes.xml": "", "Users.xml": ""})
	d, err := Find([]string{full, dump(t, map[string]string{"Badges.xml.zst": ""})})
	if err != nil || len(d.Files()) != 3 || filepath.Base(d.Files()[0]) != "Posts.xml.gz" {
		t.Errorf("Find = %v, %v", d, err)
	}
	for want, paths := range map[string][]string{"no Posts.xml": {empty}, "one site's dump": {full, full}, "no such file": {"/no/such"}} {
		if _, err := Find(paths); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Find(%v) = %v, want %q", paths, err, want)
		}
	}
}

// FuzzRow: a row that Go's XML reader takes has the same attributes here.
func FuzzRow(f *testing.F) {
	f.Add([]byte(`<row Id="1" PostTypeId="1" CreationDate="2011-08-17T20:18:56.507" Tags="&lt;bug&gt;" />`))
	f.Add([]byte(`<row Id="485" Text="{&quot;Voters&quot;:[{&quot;Id&quot;:5}]}&#xA;" UserId="5" />`))
	f.Add([]byte(`<row Id="1" /`))
	f.Fuzz(func(t *testing.T, b []byte) {
		row := want("Id", "Tags", "Text")
		rest, found, err := row.scan(b)
		if err != nil || !found || len(rest) > 0 || !bytes.HasPrefix(b, []byte("<row ")) {
			return
		}
		var x struct {
			Attrs []xml.Attr `xml:",any,attr"`
		}
		if xml.Unmarshal(b, &x) != nil || bytes.ContainsAny(b, "\r\n\t") {
			return
		}
		got := map[string]string{}
		for i, name := range row.names {
			if v := row.get(i); v != nil {
				got[name] = string(unescape(nil, v))
			}
		}
		want := map[string]string{}
		for _, a := range x.Attrs {
			if slices.Contains(row.names, a.Name.Local) {
				want[a.Name.Local] = a.Value
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", b, diff)
		}
	})
}

func BenchmarkRow(b *testing.B) {
	_, rows, _ := strings.Cut(posts, "  <row")
	line := []byte("  <row" + rows)
	line = line[:bytes.IndexByte(line, '\r')]
	row := postRow()
	b.SetBytes(int64(len(line)))
	b.ReportAllocs()
	for b.Loop() {
		if _, found, err := row.scan(line); !found || err != nil {
			b.Fatal(err)
		}
	}
}
