package prometheus

import (
	"bytes"
	"cmp"
	"context"
	"maps"
	"math"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/model/value"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/template"
	"github.com/prometheus/prometheus/util/annotations"
	"go.yaml.in/yaml/v3"
)

var promQL = parser.NewParser(parser.Options{})

// testFile is what of promtool's format the tests use.
type testFile struct {
	RuleFiles          []string       `yaml:"rule_files"`
	EvaluationInterval model.Duration `yaml:"evaluation_interval"`
	Tests              []testCase     `yaml:"tests"`
}

type testCase struct {
	Name        string         `yaml:"name"`
	Interval    model.Duration `yaml:"interval"`
	InputSeries []struct {
		Series string `yaml:"series"`
		Values string `yaml:"values"`
	} `yaml:"input_series"`
	Exprs []struct {
		Expr     string         `yaml:"expr"`
		EvalTime model.Duration `yaml:"eval_time"`
		Want     []struct {
			Labels string  `yaml:"labels"`
			Value  float64 `yaml:"value"`
		} `yaml:"exp_samples"`
	} `yaml:"promql_expr_test"`
}

func readTests(t *testing.T) testFile {
	t.Helper()
	text, err := os.ReadFile(testsFile)
	if err != nil {
		t.Fatal(err)
	}
	var f testFile
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&f); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(f.RuleFiles, []string{rulesFile}) || len(f.Tests) == 0 {
		t.Fatalf("%s names %v and has %d tests", testsFile, f.RuleFiles, len(f.Tests))
	}
	return f
}

// memory is a store of series, in the order of time.
type memory map[string]promql.Series

func (m memory) add(l labels.Labels, at time.Time, v float64) {
	s := m[l.String()]
	s.Metric, s.Floats = l, append(s.Floats, promql.FPoint{T: at.UnixMilli(), F: v})
	m[l.String()] = s
}

// Querier makes memory a storage.Queryable.
func (m memory) Querier(from, to int64) (storage.Querier, error) {
	return &storage.MockQuerier{SelectMockFunction: func(_ bool, _ *storage.SelectHints, matchers ...*labels.Matcher) storage.SeriesSet {
		set := &series{}
		for _, name := range slices.Sorted(maps.Keys(m)) {
			s := m[name]
			if slices.ContainsFunc(matchers, func(w *labels.Matcher) bool { return !w.Matches(s.Metric.Get(w.Name)) }) {
				continue
			}
			first, _ := slices.BinarySearchFunc(s.Floats, from, compare)
			end, _ := slices.BinarySearchFunc(s.Floats, to+1, compare)
			if s.Floats = s.Floats[first:end]; len(s.Floats) > 0 {
				set.all = append(set.all, promql.NewStorageSeries(s))
			}
		}
		return set
	}}, nil
}

func compare(p promql.FPoint, at int64) int { return cmp.Compare(p.T, at) }

// series is a storage.SeriesSet.
type series struct {
	all []storage.Series
	n   int
}

func (s *series) Next() bool                        { s.n++; return s.n <= len(s.all) }
func (s *series) At() storage.Series                { return s.all[s.n-1] }
func (s *series) Err() error                        { return nil }
func (s *series) Warnings() annotations.Annotations { return nil }

// runner evaluates rules as Prometheus does: at equal steps, and what it finds is the series ALERTS.
type runner struct {
	t      *testing.T
	store  memory
	engine *promql.Engine
	since  map[string]map[string]time.Time // alert → labels → since when
	active map[string]labels.Labels        // series of ALERTS that go on
	fired  map[string]bool
}

// run evaluates a case, compares, and returns which alerts fired at any time.
func run(t *testing.T, rules []rulefmt.Rule, c testCase, every model.Duration) map[string]bool {
	r := &runner{t: t, store: memory{}, since: map[string]map[string]time.Time{}, active: map[string]labels.Labels{}, fired: map[string]bool{},
		engine: promql.NewEngine(promql.EngineOpts{MaxSamples: 1e6, Timeout: time.Minute, Parser: promQL,
			NoStepSubqueryIntervalFn: func(int64) int64 { return time.Duration(every).Milliseconds() }})}
	defer func() { _ = r.engine.Close() }()
	begin := time.Unix(0, 0)
	for _, in := range c.InputSeries {
		l, values, err := promQL.ParseSeriesDesc(in.Series + " " + in.Values)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range values {
			if !v.Omitted {
				r.store.add(l, begin.Add(time.Duration(i)*time.Duration(c.Interval)), v.Value)
			}
		}
	}
	end := model.Duration(0)
	for _, e := range c.Exprs {
		end = max(end, e.EvalTime)
	}
	for at := model.Duration(0); at <= end; at += every {
		r.step(rules, begin.Add(time.Duration(at)))
	}
	for _, e := range c.Exprs {
		var got, want []string
		for _, s := range r.query(e.Expr, begin.Add(time.Duration(e.EvalTime))) {
			got = append(got, s.Metric.String())
		}
		for _, w := range e.Want {
			l, err := promQL.ParseMetric(w.Labels)
			if err != nil || w.Value != 1 {
				t.Fatalf("%s: %v; ALERTS is always 1", w.Labels, err)
			}
			want = append(want, l.String())
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("at %v %s is\n  %s\nwant\n  %s", e.EvalTime, e.Expr, strings.Join(got, "\n  "), strings.Join(want, "\n  "))
		}
	}
	return r.fired
}

func (r *runner) query(expr string, at time.Time) promql.Vector {
	r.t.Helper()
	q, err := r.engine.NewInstantQuery(context.Background(), r.store, nil, expr, at)
	if err != nil {
		r.t.Fatal(err)
	}
	defer q.Close()
	v, err := q.Exec(context.Background()).Vector()
	if err != nil {
		r.t.Fatalf("%s: %v", expr, err)
	}
	return append(promql.Vector(nil), v...)
}

// step evaluates every rule once.
func (r *runner) step(rules []rulefmt.Rule, at time.Time) {
	now := map[string]labels.Labels{}
	for _, rule := range rules {
		seen := map[string]time.Time{}
		for _, s := range r.query(rule.Expr, at) {
			b := labels.NewBuilder(s.Metric).Del(model.MetricNameLabel)
			for name, text := range rule.Labels {
				b.Set(name, text)
			}
			key := b.Labels().String()
			began, before := r.since[rule.Alert][key]
			if !before {
				began = at
			}
			seen[key] = began
			state := "pending"
			if at.Sub(began) >= time.Duration(rule.For) {
				state, r.fired[rule.Alert] = "firing", true
				r.expand(rule, s, at)
			}
			l := b.Set(model.MetricNameLabel, "ALERTS").Set("alertname", rule.Alert).Set("alertstate", state).Labels()
			now[l.String()] = l
		}
		r.since[rule.Alert] = seen
	}
	for key, l := range r.active {
		if _, on := now[key]; !on {
			r.store.add(l, at, math.Float64frombits(value.StaleNaN))
		}
	}
	for _, l := range now {
		r.store.add(l, at, 1)
	}
	r.active = now
}

// expand checks that the texts of an alert can be filled in.
func (r *runner) expand(rule rulefmt.Rule, s promql.Sample, at time.Time) {
	r.t.Helper()
	for name, text := range rule.Annotations {
		const defs = "{{$labels := .Labels}}{{$value := .Value}}"
		e := template.NewTemplateExpander(context.Background(), defs+text, rule.Alert, template.AlertTemplateData(s.Metric.Map(), nil, "", s),
			model.TimeFromUnixNano(at.UnixNano()), nil, &url.URL{}, []string{"missingkey=error"})
		if out, err := e.Expand(); err != nil || strings.Contains(out, "no value") {
			r.t.Errorf("%s of %s is %q: %v", name, rule.Alert, out, err)
		}
	}
}
