package main

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// composed are the services of docker-compose.yml, as far as they say how to start a part.
func composed(t *testing.T) map[string]composeService {
	t.Helper()
	text, err := os.ReadFile("../../docker-compose.yml")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Services map[string]composeService `yaml:"services"`
	}
	if err := yaml.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	return file.Services
}

type composeService struct {
	Command     []string          `yaml:"command"`
	Environment map[string]string `yaml:"environment"`
}

var interpolated = regexp.MustCompile(`\$\{(\w+)(?::-([^}]*)|:\?[^}]*)?\}`)

// begins starts a part of the stack as the container would: nothing but its command and its environment, in which the
// stack's own addresses become those of this test.
func (o *outside) begins(s composeService, settings string) *node {
	o.t.Helper()
	here := map[string]string{
		"ROLLCALL_KAFKA": o.kafka, "ROLLCALL_CLICKHOUSE": o.clickhouse, "ROLLCALL_SNAPSHOTS": o.snapshots, "ROLLCALL_CONFIG": settings,
		"ROLLCALL_CLICKHOUSE_PASSWORD": "", // the embedded one has no users
	}
	env := []string{"ROLLCALL_LISTEN=127.0.0.1:0", "ROLLCALL_OUTPUT=json"}
	for _, v := range slices.Sorted(maps.Keys(s.Environment)) {
		value := interpolated.ReplaceAllStringFunc(s.Environment[v], func(ref string) string {
			if m := interpolated.FindStringSubmatch(ref); m[1] != "ROLLCALL_TOKEN" {
				return m[2]
			}
			return splitToken
		})
		if to, ok := here[v]; ok {
			value = to
		}
		env = append(env, v+"="+value)
	}
	return o.run(s.Command, env)
}

// The parts start with what docker-compose.yml gives them, and what goes into the first comes out of the second.
func TestTheComposeFileStartsTheParts(t *testing.T) {
	t.Parallel()
	o, services := beside(t), composed(t)
	settings, err := filepath.Abs("../../deploy/compose/rollcall.yaml")
	if err != nil {
		t.Fatal(err)
	}
	receivers := filepath.Join(t.TempDir(), "rollcall.yaml")
	write(t, receivers, "alerts: {receivers: [{name: pager, type: alertmanager, url: http://127.0.0.1:1}]}\n")
	collector := o.begins(services["collect"], settings).ready()
	folder := o.begins(services["process"], settings).ready()
	alerter := o.begins(services["alert"], receivers).ready()

	for _, n := range []*node{collector, folder, alerter} {
		if out, err := o.rollcall("ready", "--server", n.url); err != nil || out != "ready\n" {
			t.Errorf("%s: %v %s\n%s", n.url, err, out, n.log)
		}
	}
	collector.asks("import", demoActions, "--community", "demo", "--clock", "data")
	folder.asks("status", "--wait")
	if out := folder.asks("verify", "--community", "demo"); !strings.Contains(out, "no difference") {
		t.Error(out)
	}
	if out := alerter.asks("status"); !strings.Contains(out, "pager") {
		t.Error(out)
	}

	dir := t.TempDir()
	for _, name := range []string{"dashboards-en", "dashboards-zh"} {
		args := slices.Clone(services[name].Command)
		args[slices.Index(args, "--out")+1] = dir
		if out, err := o.rollcall(args...); err != nil {
			t.Errorf("%v: %v\n%s", args, err, out)
		}
	}
	if files, err := filepath.Glob(filepath.Join(dir, "dashboards", "*", "overview.json")); err != nil || len(files) != 2 {
		t.Errorf("%v %v", files, err)
	}
}
