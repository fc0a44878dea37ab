package app

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestEvaluateKOL(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/communities" {
			_, _ = io.WriteString(w, `[{"community":"lab","time_zone":"UTC","bots":["robot"]},{"community":"new","time_zone":"UTC"},{"community":"torn","time_zone":"UTC"}]`)
			return
		}
		b, _ := io.ReadAll(r.Body)
		switch sql := string(b); {
		case strings.Contains(sql, "community = 'lab'") && strings.Contains(sql, "late = 0"):
			at := 1772704920000
			row := func(member, target, kind string, value float64, bot int) {
				at += 1000
				_, _ = fmt.Fprintf(w, "[%d,%q,%q,%q,%v,%d]\n", at, member, target, kind, value, bot)
			}
			for i := range 4 {
				row(fmt.Sprint("fan", i), "ada", "react", 1, 0)
			}
			for i := range 2 {
				row(fmt.Sprint("fan", i), "bo", "vote", 1, 0)
				row(fmt.Sprint("fan", i), "eve", "vote", -3, 0)
			}
			row("fan0", "cy", "message", 1, 0)
			row("fan1", "", "post", 1, 0)
			row("robot", "cy", "react", 1, 0)
			row("machine", "cy", "react", 1, 1)
		case strings.Contains(sql, "community = 'torn'"):
			_, _ = io.WriteString(w, "[1772704920000,\"ada\"")
		}
	}))
	defer server.Close()
	c, err := Connect(Target{Server: server.URL, Key: "k"})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "truth.csv")
	if err := os.WriteFile(file, []byte("member,value\nada,10\nbo,5\ncy,1\nfan0,0\nrobot,100\nmachine,100\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := c.EvaluateKOL(t.Context(), "lab", file, []string{"all"})
	if err != nil {
		t.Fatal(err)
	}
	if r.Members != 4 || r.Elsewhere != 2 || len(r.Contenders) != 6 {
		t.Fatalf("%+v: bots are nobody's leaders", r.Report)
	}
	for _, s := range r.Contenders {
		if s.Spearman != 1 || s.Kendall != 1 || s.Top10 != 4 {
			t.Errorf("%+v: the order is that of the truth", s)
		}
	}
	if len(r.Attacks) < 8 || r.Attacks[0].Fakes != 100 || len(r.Attacks[0].Contenders) != 3 {
		t.Errorf("%+v", r.Attacks)
	}
	if r, err := c.EvaluateKOL(t.Context(), "lab", "", []string{"ring"}); err != nil || r.Report != nil || len(r.Attacks) != 1 {
		t.Errorf("%+v, %v", r, err)
	}
	for want, ask := range map[string]struct {
		community, file string
		attacks         []string
	}{
		"there is no community":          {"other", file, nil},
		"reading the truth":              {"lab", dir + "/missing", nil},
		"give --truth":                   {"lab", "", nil},
		"--attack hug":                   {"lab", "", []string{"hug"}},
		"nobody was endorsed":            {"new", "", []string{"ring"}},
		"of the 6 members of the truth":  {"new", file, nil},
		"reading what happened in torn:": {"torn", file, nil},
	} {
		if _, err := c.EvaluateKOL(t.Context(), ask.community, ask.file, ask.attacks); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	var usage *usageError
	if _, err := c.EvaluateKOL(t.Context(), "lab", "", nil); !errors.As(err, &usage) {
		t.Errorf("%T is no misuse", err)
	}
}

// What is read from an instance's actions is what happened.
func TestEvaluateKOLOfTheDemo(t *testing.T) {
	in := start(t, t.TempDir())
	in.importFile(ImportOptions{Files: []string{demoFile}, Community: "demo", Clock: "data"})
	in.wait()
	file := filepath.Join(t.TempDir(), "endorsers.ndjson")
	worth := in.one("SELECT arrayStringConcat(groupArray(concat('{\"member\":\"', target, '\",\"value\":', toString(n), '}\n'))) FROM " +
		"(SELECT target, uniqExact(member) AS n FROM rollcall.actions FINAL WHERE community = 'demo' AND target NOT IN ('', '-1') AND member NOT IN (target, '-1') GROUP BY target)")
	if err := os.WriteFile(file, []byte(worth), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := in.EvaluateKOL(t.Context(), "demo", file, []string{"star"})
	if err != nil {
		t.Fatal(err)
	}
	if s := r.Contenders[3]; s.Name != "distinct endorsers" || s.Spearman < 1-1e-9 || r.Members != 119 || r.Elsewhere != 0 || r.Restart != "vouched" {
		t.Errorf("%d members, %d elsewhere, restart %s, %+v", r.Members, r.Elsewhere, r.Restart, s)
	}
	if l := r.Attacks[0].Contenders[0]; l.Kept != 50 || l.Target <= 50 {
		t.Errorf("%+v", l)
	}
}
