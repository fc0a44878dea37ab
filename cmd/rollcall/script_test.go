package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/rogpeppe/go-internal/testscript"
)

// TestScripts is what a user types and reads: testdata/script. All scripts share one instance, $DIR, and keep to
// communities of their own.
//
//	rollcall ARGS    must end with status 0, and ! rollcall ARGS with 1
//	misuse ARGS      rollcall that must end with 2
//	json             what was printed must be one JSON value
//	keep NAME        keeps what was printed in a variable
//	tables C         prints a fingerprint of C's tables, whatever C is called
//	pack gz|zst F    writes F.gz or F.zst
//	cut N F          leaves the first N bytes of F
func TestScripts(t *testing.T) {
	t.Parallel()
	p := upRaced(t, t.TempDir(), "127.0.0.1:0")
	t.Run("scripts", func(t *testing.T) {
		testscript.Run(t, testscript.Params{
			Dir:         "testdata/script",
			WorkdirRoot: t.TempDir(), // which goes however the test ends
			Setup: func(e *testscript.Env) error {
				e.Vars = append(e.Vars, noRaceSleep, "ROLLCALL_BE_MAIN=1")
				e.Setenv("ROLLCALL_CHDB", os.Getenv("ROLLCALL_CHDB"))
				e.Setenv("HOME", os.Getenv("HOME"))
				e.Setenv("DIR", p.dir)
				e.Setenv("URL", "http://"+p.run().HTTP)
				e.Setenv("TOKEN", p.run().Token)
				e.Setenv("KAFKA", p.run().Kafka)
				e.Setenv("CLICKHOUSE", "http://"+p.run().ClickHouse)
				return nil
			},
			Cmds: map[string]func(*testscript.TestScript, bool, []string){
				"rollcall": func(ts *testscript.TestScript, neg bool, args []string) {
					want := 0
					if neg {
						want = 1
					}
					ends(ts, want, args)
				},
				"misuse": func(ts *testscript.TestScript, _ bool, args []string) { ends(ts, 2, args) },
				"json": func(ts *testscript.TestScript, _ bool, _ []string) {
					d := json.NewDecoder(strings.NewReader(ts.ReadFile("stdout")))
					var v any
					ts.Check(d.Decode(&v))
					if _, err := d.Token(); !errors.Is(err, io.EOF) {
						ts.Fatalf("more than one JSON value")
					}
				},
				"keep": func(ts *testscript.TestScript, _ bool, args []string) {
					ts.Setenv(args[0], strings.TrimSpace(ts.ReadFile("stdout")))
				},
				"tables": tables,
				"pack":   pack,
				"cut": func(ts *testscript.TestScript, _ bool, args []string) {
					n, err := strconv.ParseInt(args[0], 10, 64)
					ts.Check(err)
					ts.Check(os.Truncate(ts.MkAbs(args[1]), n))
				},
			},
		})
	})
}

func ends(ts *testscript.TestScript, want int, args []string) {
	got := 0
	if err := ts.Exec(program, args...); err != nil {
		exit := new(exec.ExitError)
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

// tables leaves on stdout what a community's tables hold but for its name and for when they were written.
func tables(ts *testscript.TestScript, _ bool, args []string) {
	ends(ts, 0, []string{"status", "--wait", "--data", ts.Getenv("DIR")})
	var sql []string
	for _, t := range []string{"activity", "members", "member_days"} {
		sql = append(sql, fmt.Sprintf("SELECT '%s', count(), sum(cityHash64(* EXCEPT (community, version))) FROM %s FINAL WHERE community = '%s'", t, t, args[0]))
	}
	sql = append(sql, fmt.Sprintf("SELECT 'actions', count(), sum(cityHash64(time, member, kind, target, value, late)) FROM actions FINAL WHERE community = '%s'", args[0]))
	ends(ts, 0, []string{"query", "--data", ts.Getenv("DIR"), "--format", "TSV", "SELECT * FROM (" + strings.Join(sql, " UNION ALL ") + ") ORDER BY 1"})
}

func pack(ts *testscript.TestScript, _ bool, args []string) {
	var out bytes.Buffer
	var w io.WriteCloser = gzip.NewWriter(&out)
	if args[0] == "zst" {
		z, err := zstd.NewWriter(&out)
		ts.Check(err)
		w = z
	}
	_, err := io.WriteString(w, ts.ReadFile(args[1]))
	ts.Check(errors.Join(err, w.Close()))
	ts.Check(os.WriteFile(ts.MkAbs(args[1]+"."+args[0]), out.Bytes(), 0o600))
}
