package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"
	"unicode"

	"github.com/alecthomas/kong"
)

// printer writes answers on standard output: for people, or as JSON for machines.
type printer struct{ json bool }

// print writes v as JSON, or calls text.
func (p printer) print(v any, text func(w io.Writer)) error {
	if p.json {
		return json.NewEncoder(os.Stdout).Encode(v)
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
	text(w)
	return w.Flush()
}

// plain is text of somebody else's without what does things to a terminal or a table.
func plain(s string) string {
	var out strings.Builder
	for _, r := range s {
		if unicode.IsPrint(r) {
			out.WriteRune(r)
			continue
		}
		q := strconv.QuoteRune(r)
		out.WriteString(q[1 : len(q)-1])
	}
	return out.String()
}

// plainText keeps the lines.
func plainText(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = plain(lines[i])
	}
	return strings.Join(lines, "\n")
}

// example is implemented by every command, for its help.
type example interface{ Example() string }

func helpWithExample(o kong.HelpOptions, ctx *kong.Context) error {
	if err := kong.DefaultHelpPrinter(o, ctx); err != nil {
		return err
	}
	if n := ctx.Selected(); n != nil && n.Target.CanAddr() {
		if e, ok := n.Target.Addr().Interface().(example); ok {
			fmt.Fprintf(ctx.Stdout, "\nExample:\n  %s\n", e.Example())
		}
		return nil
	}
	fmt.Fprint(ctx.Stdout, "\nExample:\n  rollcall up --data rollcall-data\n")
	return nil
}
