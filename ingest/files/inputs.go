package files

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rollcall-dev/rollcall/ingest/files/columns"
	"github.com/rollcall-dev/rollcall/ingest/files/lines"
	"github.com/rollcall-dev/rollcall/ingest/files/stackexchange"
)

// Formats are the formats that Import reads.
var Formats = []string{ndjson, csv, tsv, snap, stackExchange}

const (
	ndjson        = "ndjson"
	csv           = "csv"
	tsv           = "tsv"
	snap          = "snap"
	stackExchange = "stackexchange"
)

// input is one file to read, looked at but not read.
type input struct {
	path   string
	name   string // for sources
	format string
	layout *columns.Layout // csv, tsv, and snap with a map
	header bool            // the first record is not data
	stdin  *lines.File     // open already: it cannot be opened again
}

// inputs looks at every file before any is read, so that a mistake is found before anything is sent. It returns the
// files of lines, the dump if there is one, and the bytes to read (0 when not known).
func (o *Options) inputs(stdin io.Reader) (ins []*input, dump stackexchange.Dump, total int64, err error) {
	var dumpPaths []string
	known := true
	for _, path := range o.Files {
		format, err := o.formatOf(path)
		if err != nil {
			return nil, nil, 0, err
		}
		if format == stackExchange {
			dumpPaths = append(dumpPaths, path)
			continue
		}
		in, size, err := o.look(path, format, stdin)
		if err != nil {
			return nil, nil, 0, asUsage(err)
		}
		known = known && path != "-"
		total += size
		ins = append(ins, in)
	}
	if len(dumpPaths) > 0 {
		if o.Map != nil || o.Kind != "" {
			return nil, nil, 0, usagef("a Stack Exchange dump has its own columns and kinds: leave --map and --kind out")
		}
		if o.Community == "" {
			return nil, nil, 0, usagef("a Stack Exchange dump does not name its community: give --community")
		}
		if dump, err = stackexchange.Find(dumpPaths); err != nil {
			return nil, nil, 0, &UsageError{err}
		}
		size, err := sizes(dump)
		if err != nil {
			return nil, nil, 0, asUsage(err)
		}
		total += size
	}
	if !known {
		total = 0
	}
	return ins, dump, total, nil
}

// sizes looks at every file of the dump and adds up what will be read.
func sizes(dump stackexchange.Dump) (total int64, err error) {
	for i, path := range dump.Files() {
		f, err := lines.Open(path)
		if err != nil {
			return 0, err
		}
		f.Close()
		total += f.Size
		if i == 0 {
			total += f.Size // Posts, which is read twice
		}
	}
	return total, nil
}

// asUsage makes every error but damage one of usage: a file that cannot be opened was named wrongly.
func asUsage(err error) error {
	var usage *UsageError
	var damage *lines.Damage
	if errors.As(err, &usage) || errors.As(err, &damage) {
		return err
	}
	return &UsageError{err}
}

// formatOf returns the format asked for, or the one that the name says, "" if it does not.
func (o *Options) formatOf(path string) (string, error) {
	if o.Format != "" {
		if !slices.Contains(Formats, o.Format) {
			return "", usagef("%q is no format; the formats are %s", o.Format, strings.Join(Formats, ", "))
		}
		if o.Format == stackExchange && path == "-" {
			return "", usagef("a Stack Exchange dump is several files: name their folder instead of -")
		}
		return o.Format, nil
	}
	if path == "-" {
		return "", nil // goes by what is in it
	}
	if info, err := os.Stat(path); err != nil {
		return "", &UsageError{err}
	} else if info.IsDir() || stackexchange.Table(path) != "" {
		return stackExchange, nil
	}
	switch extension(path) {
	case ".ndjson", ".jsonl", ".json":
		return ndjson, nil
	case ".csv":
		return csv, nil
	case ".tsv", ".tab":
		return tsv, nil
	case ".txt":
		return snap, nil
	}
	return "", nil
}

// formatIn returns the format that a file begins in whose name does not say one. Only NDJSON cannot be mistaken.
func formatIn(name string, head []byte) (string, error) {
	head = bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\ufeff")))
	if len(head) == 0 || head[0] == '{' {
		return ndjson, nil
	}
	return "", usagef("neither name nor beginning of %s tell its format: give --format, one of %s", name, strings.Join(Formats, ", "))
}

// extension returns what the name ends with, without a compression's.
func extension(path string) string {
	name := strings.ToLower(filepath.Base(path))
	name = strings.TrimSuffix(strings.TrimSuffix(name, ".gz"), ".zst")
	return filepath.Ext(name)
}

// look opens the file, tells from its beginning whether it can be what it is said to be, and makes its layout.
func (o *Options) look(path, format string, stdin io.Reader) (*input, int64, error) {
	in := &input{path: path, name: filepath.Base(path), format: format}
	var f *lines.File
	var err error
	if path == "-" {
		in.name = "stdin"
		if stdin == nil {
			return nil, 0, usagef("there is no standard input")
		}
		f, err = lines.From(in.name, stdin)
		in.stdin = f
	} else if f, err = lines.Open(path); err == nil {
		defer f.Close()
	}
	if err != nil {
		return nil, 0, err
	}
	head := f.Peek(maxPayload)
	if format == "" {
		if format, err = formatIn(in.name, head); err != nil {
			return nil, 0, err
		}
		in.format = format
	}
	if len(head) == 0 {
		return in, f.Size, nil
	}
	switch {
	case format == ndjson && o.Map != nil:
		return nil, 0, usagef("--map is for csv, tsv and snap; the fields of %s have names of their own", in.name)
	case format == ndjson && extension(path) == ".json" && bytes.HasPrefix(bytes.TrimSpace(head), []byte("[")):
		return nil, 0, usagef("%s is one JSON array, expected one object a line: make it so by jq -c '.[]' %s", path, path)
	case format == csv || format == tsv:
		err = o.layoutOf(in, head)
	case format == snap && o.Map != nil:
		in.header = o.Header
		in.layout, err = columns.New(nil, o.Map, o.kind(snap))
	}
	if err != nil {
		return nil, 0, usagef("%s: %w", path, err)
	}
	return in, f.Size, nil
}

// layoutOf finds the columns of csv and tsv. With numbers in the map there need not be a header: there is one when Header
// says so, or the first line looks it (Layout.Header).
func (o *Options) layoutOf(in *input, head []byte) (err error) {
	in.header = o.Header || !columns.Numbered(o.Map)
	var names [][]byte
	if in.header {
		var split columns.Splitter
		if names, err = firstRecord(head, in.delimiter(), &split); err != nil {
			return err
		}
	}
	in.layout, err = columns.New(names, o.Map, o.kind(in.format))
	return err
}

func firstRecord(head []byte, delimiter byte, split *columns.Splitter) ([][]byte, error) {
	r := lines.NewReader(bytes.NewReader(head), maxPayload)
	b, err := r.Next()
	for err == nil && len(bytes.TrimSpace(b)) == 0 {
		b, err = r.Next()
	}
	if err != nil {
		return nil, errors.New("the header cannot be read: it is too long, or there is none")
	}
	return record(r, b, delimiter, split)
}

func (in *input) delimiter() byte {
	if in.format == tsv {
		return '\t'
	}
	return ','
}

func (o *Options) kind(format string) string {
	if format == snap && o.Kind == "" {
		return "message"
	}
	return o.Kind
}
