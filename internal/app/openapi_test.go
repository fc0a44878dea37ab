package app

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/rollcall-dev/rollcall/dashboards"
)

// described is openapi.json as far as the tests look at it.
type described struct {
	OpenAPI    string
	Paths      map[string]map[string]operation
	Components struct {
		Schemas, Responses map[string]any
	}
	raw map[string]any
}

type operation struct {
	Security    []map[string]any
	RequestBody struct{ Content map[string]media }
	Responses   map[string]struct{ Content map[string]media }
}

type media struct{ Schema, Example any }

func description(t *testing.T) *described {
	d := &described{}
	if err := json.Unmarshal(openAPI, d); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(openAPI, &d.raw); err != nil {
		t.Fatal(err)
	}
	return d
}

// routes reads the patterns out of the source, since a ServeMux does not tell its own.
func routes(t *testing.T) []string {
	var out []string
	sources, err := filepath.Glob("../../dashboards/console/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range append(sources, "routes.go", "../../ingest/collector.go", "../../ingest/segments.go") {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		for _, m := range regexp.MustCompile(`(?:Handle|HandleFunc)\("(GET|PUT|POST|DELETE) (/[^"]+)"`).FindAllSubmatch(b, -1) {
			out = append(out, string(m[1])+" "+string(m[2]))
		}
		for _, m := range regexp.MustCompile(`c\.handle\("(/v1/[a-z]+)"`).FindAllSubmatch(b, -1) {
			out = append(out, "POST "+string(m[1]))
		}
		if m := regexp.MustCompile(`segmentCalls = \[\]string\{(.*)\}`).FindSubmatch(b); m != nil {
			for call := range strings.SplitSeq(string(m[1]), ", ") {
				out = append(out, "POST /v1/"+strings.Trim(call, `"`))
			}
		}
	}
	out = slices.DeleteFunc(out, func(r string) bool { // the page itself
		return strings.Contains(r, "/assets/") || strings.HasSuffix(r, "/{$}")
	})
	slices.Sort(out)
	return slices.Compact(out)
}

func TestEveryRouteIsDescribed(t *testing.T) {
	d := description(t)
	if !strings.HasPrefix(d.OpenAPI, "3.1.") {
		t.Errorf("openapi %q", d.OpenAPI)
	}
	var got []string
	for path, methods := range d.Paths {
		for method := range methods {
			got = append(got, strings.ToUpper(method)+" "+path)
		}
	}
	slices.Sort(got)
	want := routes(t)
	if len(want) < 20 {
		t.Fatalf("%d routes found in the source: %v", len(want), want)
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("-served +described:\n%s", diff)
	}
	for _, m := range regexp.MustCompile(`"\$ref": "#/components/([a-z]+)/([^"]+)"`).FindAllStringSubmatch(string(openAPI), -1) {
		if d.component(m[1], m[2]) == nil {
			t.Errorf("%s is not there", m[0])
		}
	}
	for path, methods := range d.Paths {
		for method, op := range methods {
			for kind, m := range op.RequestBody.Content {
				d.mustFit(t, method+" "+path+" request "+kind, m)
			}
			for status, r := range op.Responses {
				for kind, m := range r.Content {
					d.mustFit(t, method+" "+path+" "+status+" "+kind, m)
				}
			}
		}
	}
}

func (d *described) component(kind, name string) any {
	components, _ := d.raw["components"].(map[string]any)
	of, _ := components[kind].(map[string]any)
	return of[name]
}

func (d *described) mustFit(t *testing.T, where string, m media) {
	t.Helper()
	if m.Example == nil {
		return
	}
	for _, problem := range d.misfits(m.Example, m.Schema, "") {
		t.Errorf("%s: example%s", where, problem)
	}
}

// misfits says where a value is not what a schema says. It knows as much of JSON Schema as openapi.json uses, and takes a
// property that is not described for an error.
func (d *described) misfits(v, schema any, at string) []string {
	s, _ := schema.(map[string]any)
	if ref, ok := s["$ref"].(string); ok {
		return d.misfits(v, d.component("schemas", strings.TrimPrefix(ref, "#/components/schemas/")), at)
	}
	if all, ok := s["allOf"].([]any); ok {
		merged := map[string]any{"type": "object", "properties": map[string]any{}}
		for _, one := range all {
			o, _ := one.(map[string]any)
			if ref, ok := o["$ref"].(string); ok {
				o, _ = d.component("schemas", strings.TrimPrefix(ref, "#/components/schemas/")).(map[string]any)
			}
			maps.Copy(merged["properties"].(map[string]any), o["properties"].(map[string]any))
		}
		return d.misfits(v, merged, at)
	}
	if one, ok := s["oneOf"].([]any); ok {
		for _, o := range one {
			if len(d.misfits(v, o, at)) == 0 {
				return nil
			}
		}
		return []string{at + ": none of oneOf"}
	}
	if e, ok := s["enum"].([]any); ok && !slices.Contains(e, v) {
		return []string{fmt.Sprintf("%s: %v is none of %v", at, v, e)}
	}
	var out []string
	switch want := s["type"]; v := v.(type) {
	case nil:
		if want != "null" {
			out = append(out, at+" is null")
		}
	case string:
		if want != "string" && want != nil {
			out = append(out, at+" is a string")
		}
	case bool:
		if want != "boolean" {
			out = append(out, at+" is a boolean")
		}
	case float64:
		if want != "number" && (want != "integer" || v != float64(int64(v))) && want != nil {
			out = append(out, at+" is a number")
		}
	case []any:
		if want != "array" {
			out = append(out, at+" is an array")
		}
		for i, item := range v {
			if s["items"] != nil {
				out = append(out, d.misfits(item, s["items"], fmt.Sprintf("%s[%d]", at, i))...)
			}
		}
	case map[string]any:
		if want != "object" {
			return []string{at + " is an object"}
		}
		properties, _ := s["properties"].(map[string]any)
		required, _ := s["required"].([]any)
		for _, r := range required {
			if _, ok := v[r.(string)]; !ok {
				out = append(out, at+"."+r.(string)+" is missing")
			}
		}
		for name, item := range v {
			switch {
			case properties[name] != nil:
				out = append(out, d.misfits(item, properties[name], at+"."+name)...)
			case s["additionalProperties"] != nil:
				out = append(out, d.misfits(item, s["additionalProperties"], at+"."+name)...)
			case properties != nil:
				out = append(out, at+"."+name+" is not described")
			}
		}
	default:
		out = append(out, fmt.Sprintf("%s is %v", at, v))
	}
	return out
}

// describedPathsAnswer calls every described operation, with its example, and compares the answer with its schema.
func describedPathsAnswer(t *testing.T, in *instance) {
	d := description(t)
	in.send(`{"community":"demo","member":"ada","kind":"post"}`, `{"community":"demo","member":"lin","kind":"comment","target":"ada","channel":"help"}`)
	in.raise("other-1")
	in.wait()
	for _, path := range slices.Sorted(maps.Keys(d.Paths)) {
		for method, op := range d.Paths[path] {
			body := ""
			for kind, m := range op.RequestBody.Content {
				if text, ok := m.Example.(string); ok && kind == "text/plain" {
					body = text
				} else if kind == "application/json" {
					b, _ := json.Marshal(m.Example)
					body = string(b)
				}
			}
			real := strings.NewReplacer("{community}", "other", "/api/alerts/{id}", "/api/alerts/other-1", "/api/kols/endorsements", "/api/kols/endorsements?community=demo&member=ada", "/api/kols", "/api/kols?community=demo&channel=help", "/api/report", "/api/report?community=demo", "/api/panels/{id}", "/api/panels/"+dashboards.Panels()[0].ID+"?community=demo&from=0&to=2000000000000&window=1h", "{id}", "none").Replace(path)
			status, answer := in.do(strings.ToUpper(method), real, body, nil)
			r, ok := op.Responses[fmt.Sprint(status)]
			if !ok || method == "get" && status != http.StatusOK || status == http.StatusNotFound && path != "/api/keys/{id}" && path != "/api/shares/{id}" {
				t.Errorf("%s %s: %d %s, which is not described", method, path, status, answer)
				continue
			}
			m, ok := r.Content["application/json"]
			if !ok || status != http.StatusOK {
				continue
			}
			var v any
			if err := json.Unmarshal(answer, &v); err != nil {
				t.Errorf("%s %s: %v in %s", method, path, err, answer)
				continue
			}
			for _, problem := range d.misfits(v, m.Schema, "") {
				t.Errorf("%s %s: answer%s", method, path, problem)
			}
		}
	}
}
