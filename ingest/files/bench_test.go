package files

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// benchmark imports so many generated lines a turn.
func benchmark(b *testing.B, name string, change func(*Options), line func(i int) string) {
	const n = 200_000
	var body strings.Builder
	for i := range n {
		body.WriteString(line(i*7919%n) + "\n")
	}
	o := options(put(b, name, body.String()))
	change(&o)
	b.SetBytes(int64(body.Len()))
	b.ReportAllocs()
	for b.Loop() {
		s, err := Import(b.Context(), o, nothing{})
		if err != nil || s.Actions != n {
			b.Fatalf("%v, %+v", err, s)
		}
	}
	b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "lines/s")
}

type nothing struct{}

func (nothing) Send(context.Context, *actionpb.ImportBatch) error { return nil }

func itoa(n int) string { return string(appendInt(nil, n)) }

func appendInt(b []byte, n int) []byte {
	if n >= 10 {
		b = appendInt(b, n/10)
	}
	return append(b, byte('0'+n%10))
}

func BenchmarkSNAP(b *testing.B) {
	benchmark(b, "a.txt", func(*Options) {}, func(i int) string {
		return itoa(i%1900) + " " + itoa(i%1777) + " " + itoa(1_082_040_961+i*80)
	})
}

func BenchmarkCSV(b *testing.B) {
	benchmark(b, "a.csv", func(o *Options) {
		o.Map, o.Kind = map[string]string{"member": "1", "target": "2", "value": "3", "time": "4"}, "vote"
	}, func(i int) string {
		return itoa(i%1900) + "," + itoa(i%1777) + ",1," + itoa(1_082_040_961+i*80)
	})
}

func BenchmarkNDJSON(b *testing.B) {
	benchmark(b, "a.ndjson", func(*Options) {}, func(i int) string {
		return `{"member":"u` + itoa(i%1900) + `","kind":"message","time":` + itoa(1_082_040_961_000+i*80) + `,"target":"u` +
			itoa(i%1777) + `","channel":"general"}`
	})
}

func BenchmarkStackExchange(b *testing.B) {
	dir := b.TempDir()
	var body strings.Builder
	const n = 100_000
	for i := range n {
		body.WriteString(`  <row Id="` + itoa(i+1) + `" PostId="7" Score="0" Text="` + strings.Repeat("some text ", 20) +
			`" CreationDate="2011-08-17T20:32:41.193" UserId="` + itoa(i%1000+1) + `" ContentLicense="CC BY-SA 3.0" />` + "\r\n")
	}
	os.WriteFile(filepath.Join(dir, "Comments.xml"), []byte(body.String()), 0o600)
	os.WriteFile(filepath.Join(dir, "Posts.xml"), nil, 0o600)
	b.SetBytes(int64(body.Len()))
	b.ReportAllocs()
	for b.Loop() {
		s, err := Import(b.Context(), options(dir), nothing{})
		if err != nil || s.Actions != n {
			b.Fatalf("%v, %+v", err, s)
		}
	}
	b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "lines/s")
}
