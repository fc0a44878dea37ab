package compose

import (
	"encoding/xml"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/types"
)

// element is any XML.
type element struct {
	XMLName xml.Name
	Attrs   []xml.Attr `xml:",any,attr"`
	Text    string     `xml:",chardata"`
	Inner   []element  `xml:",any"`
}

func (e element) all(name string) []element {
	var out []element
	for _, in := range e.Inner {
		if in.XMLName.Local == name {
			out = append(out, in)
		}
	}
	return out
}

// at is the only one on a path.
func (e element) at(t *testing.T, path string) element {
	t.Helper()
	for name := range strings.SplitSeq(path, "/") {
		found := e.all(name)
		if len(found) != 1 {
			t.Fatalf("%d of %s in %s", len(found), name, e.XMLName.Local)
		}
		e = found[0]
	}
	e.Text = strings.TrimSpace(e.Text)
	return e
}

// variables are those that the file takes from the environment.
func (e element) variables() []string {
	var out []string
	for _, a := range e.Attrs {
		if a.Name.Local == "from_env" {
			out = append(out, a.Value)
		}
	}
	for _, in := range e.Inner {
		out = append(out, in.variables()...)
	}
	return out
}

func read(t *testing.T, file string) element {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var e element
	if err := xml.Unmarshal(text, &e); err != nil || e.XMLName.Local != "clickhouse" {
		t.Fatalf("%s: <%s> %v", file, e.XMLName.Local, err)
	}
	return e
}

// Each of ClickHouse's files can be read, and what it takes from the environment is there.
func TestClickHouseFiles(t *testing.T) {
	each(t, func(t *testing.T, p *types.Project) {
		seen := 0
		for name, s := range p.Services {
			for _, v := range s.Volumes {
				if filepath.Ext(v.Source) != ".xml" {
					continue
				}
				seen++
				for _, want := range read(t, v.Source).variables() {
					if s.Environment[want] == nil {
						t.Errorf("%s asks for %s, which %s is not given", v.Source, want, name)
					}
				}
			}
		}
		if seen < 2 {
			t.Errorf("%d files", seen)
		}
	})
}

// There is no user without a password; Grafana's can only read, and only the read model.
func TestClickHouseUsers(t *testing.T) {
	e := read(t, filepath.Join(root, "deploy", "clickhouse", "users.d", "rollcall.xml"))
	users := e.at(t, "users")
	if d := users.at(t, "default"); len(d.Attrs) != 1 || d.Attrs[0].Name.Local != "remove" {
		t.Error("the user default, who has no password, stays")
	}
	for _, name := range []string{"rollcall", "reader"} {
		if u := users.at(t, name); len(u.at(t, "password").variables()) != 1 {
			t.Errorf("%s has no password from the environment", name)
		}
	}
	reader := users.at(t, "reader")
	if g := reader.at(t, "grants").Inner; len(g) != 1 || g[0].Text != "GRANT SELECT ON rollcall.*" {
		t.Errorf("reader may %v", g)
	}
	profile := e.at(t, "profiles/"+reader.at(t, "profile").Text)
	if profile.at(t, "readonly").Text == "0" || profile.at(t, "allow_ddl").Text != "0" {
		t.Error("reader may write")
	}
}

// The cluster is the one that Rollcall is told of, its hosts are those that run, and Keeper's too.
func TestClusterFiles(t *testing.T) {
	p, err := load(stacks["cluster"], example(t))
	if err != nil {
		t.Fatal(err)
	}
	running := func(prefix string) (out []string) {
		for name := range p.Services {
			if strings.HasPrefix(name, prefix) {
				out = append(out, name)
			}
		}
		slices.Sort(out)
		return out
	}
	cluster := read(t, filepath.Join(root, "deploy", "cluster", "clickhouse.xml"))
	var hosts, keepers, raft []string
	for i, shard := range cluster.at(t, "remote_servers/"+*p.Services["process"].Environment["ROLLCALL_CLICKHOUSE_CLUSTER"]).all("shard") {
		for _, r := range shard.all("replica") {
			host := r.at(t, "host").Text
			if s := p.Services[host].Environment["CLICKHOUSE_SHARD"]; s == nil || *s != string(rune('1'+i)) {
				t.Errorf("%s stands in shard %d", host, i+1)
			}
			hosts = append(hosts, host)
		}
	}
	for _, n := range cluster.at(t, "zookeeper").all("node") {
		keepers = append(keepers, n.at(t, "host").Text)
	}
	for _, s := range read(t, filepath.Join(root, "deploy", "cluster", "keeper.xml")).at(t, "keeper_server/raft_configuration").all("server") {
		if host := s.at(t, "hostname").Text; host != "keeper-"+s.at(t, "id").Text {
			t.Errorf("%s has another id", host)
		}
		raft = append(raft, s.at(t, "hostname").Text)
	}
	if got, want := [][]string{hosts, keepers, raft}, [][]string{running("clickhouse"), running("keeper"), running("keeper")}; !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("%v, want %v", got, want)
	}
}
