package stackexchange

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/rollcall-dev/rollcall/ingest/files/columns"
	"github.com/rollcall-dev/rollcall/ingest/files/lines"
	"github.com/rollcall-dev/rollcall/schemas"
)

// maxRow bounds one row. The longest of real dumps (a long post's revision) take a tenth.
const maxRow = 4 << 20

// Dump is where the files of one site's dump lie, by their names without extension.
type Dump map[string]string

// tables are the files that are read.
var tables = []string{"Posts", "Votes", "Comments", "Badges", "PostHistory"}

// Find returns the dump in paths, which are folders and files. Errors say what is missing.
func Find(paths []string) (Dump, error) {
	d := Dump{}
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		found := []string{path}
		if info.IsDir() {
			if found, err = filepath.Glob(filepath.Join(escapeGlob(path), "*.xml*")); err != nil {
				return nil, fmt.Errorf("looking into %s: %w", path, err)
			}
		}
		for _, file := range found {
			table := Table(file)
			if table == "" {
				continue
			}
			if other, ok := d[table]; ok {
				return nil, fmt.Errorf("both %s and %s: give one site's dump at a time, each its own community", other, file)
			}
			d[table] = file
		}
	}
	if _, ok := d["Posts"]; !ok {
		return nil, fmt.Errorf("no Posts.xml in %s: give the folder that a site's dump was unpacked to", strings.Join(paths, ", "))
	}
	return d, nil
}

// Table returns which of a dump's tables the file of that name is, "" for another file.
func Table(path string) string {
	name, _, _ := strings.Cut(filepath.Base(path), ".")
	for _, t := range tables {
		if base := filepath.Base(path); t == name && (base == t+".xml" || base == t+".xml.gz" || base == t+".xml.zst") {
			return t
		}
	}
	return ""
}

func escapeGlob(path string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`).Replace(path)
}

// Files returns the paths of the files that are read.
func (d Dump) Files() []string {
	var files []string
	for _, t := range tables {
		if path, ok := d[t]; ok {
			files = append(files, path)
		}
	}
	return files
}

// Sink takes what a dump holds. Arguments are valid during the call only; an error ends the reading.
type Sink interface {
	// Action takes an unchecked action without community, or says what is wrong with it.
	Action(a *schemas.Action) (*schemas.Rejection, error)
	Reject(path string, line int64, row []byte, r *schemas.Rejection) error
	Open(path string) (*lines.File, error)
	Lines(n int64) // that many lines further
}

// Counts are the rows that are no action.
type Counts struct {
	WithoutMember map[string]int64 // of a deleted or unnamed user
	Ignored       map[string]int64
}

func (c *Counts) without(what string) { c.WithoutMember[what]++ }
func (c *Counts) ignore(what string)  { c.Ignored[what]++ }

type reader struct {
	sink   Sink
	counts Counts
	err    error // the sink's first
	source []byte
	again  bool // a file's second reading: what is wrong with it was said

	posts         map[int64]post
	tags          []string
	tagNumbers    map[string]uint32
	acceptedVotes map[int64]bool
	bounties      []bounty
	awards        []bounty

	action schemas.Action // at hand; a local one would be allocated for each row

	text, tagText, member, target, id, object []byte // scratch
}

// Read sends the dump's actions to the sink, in no order. An error that is a lines.Damage comes after everything that
// could be read.
func (d Dump) Read(ctx context.Context, sink Sink) (Counts, error) {
	r := &reader{sink: sink, posts: map[int64]post{}, tags: []string{""}, tagNumbers: map[string]uint32{},
		acceptedVotes: map[int64]bool{}, text: make([]byte, 0, 1024), tagText: make([]byte, 0, 256),
		counts: Counts{WithoutMember: map[string]int64{}, Ignored: map[string]int64{}}}
	var damage error
	for i, step := range []struct {
		table string
		row   *attributes
		take  func(*attributes) *schemas.Rejection
		after func()
	}{
		{"Posts", postRow(), r.index, nil},
		{"Votes", voteRow(), r.vote, r.award},
		{"Posts", postRow(), r.post, nil},
		{"Comments", commentRow(), r.comment, nil},
		{"Badges", badgeRow(), r.badge, nil},
		{"PostHistory", historyRow(), r.history, nil},
	} {
		path, ok := d[step.table]
		if !ok {
			continue
		}
		r.again = i == 2
		err := r.table(ctx, path, step.row, step.take)
		var broken *lines.Damage
		if errors.As(err, &broken) {
			if !r.again {
				damage = errors.Join(damage, err)
			}
			err = nil
		}
		if err != nil {
			return r.counts, err
		}
		if step.after != nil {
			step.after()
		}
	}
	return r.counts, errors.Join(damage, r.err)
}

// table reads one file's rows.
func (d *reader) table(ctx context.Context, path string, row *attributes, take func(*attributes) *schemas.Rejection) error {
	f, err := d.sink.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	d.source = []byte("file:" + filepath.Base(path))
	in := lines.NewReader(f, maxRow)
	last := int64(0)
	for n := 0; ; n++ {
		if n%256 == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		b, err := in.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if !d.again {
			d.sink.Lines(in.Line() - last)
			last = in.Line()
		}
		switch {
		case errors.Is(err, lines.ErrTooLong) && d.again:
			continue
		case errors.Is(err, lines.ErrTooLong):
			d.reject(path, in, b, &schemas.Rejection{Reason: schemas.ReasonTooLarge,
				Detail: fmt.Sprintf("a row may have at most %d bytes", maxRow)})
		case err != nil:
			return err
		default:
			d.rows(path, in, b, row, take)
		}
		if d.err != nil {
			return d.err
		}
	}
}

// rows takes every row that begins in b.
func (d *reader) rows(path string, in *lines.Reader, b []byte, row *attributes, take func(*attributes) *schemas.Rejection) {
	for taken := 0; ; {
		rest, found, err := row.scan(b[taken:])
		for errors.Is(err, errOpen) {
			more, end := in.More()
			if end != nil {
				err = errRow
				b = in.Rewind()
				taken = min(taken, len(b))
				break
			}
			b = more
			rest, found, err = row.scan(b[taken:])
		}
		if !found {
			return
		}
		if err != nil {
			if !d.again {
				d.reject(path, in, b[taken:], invalid("", err.Error()))
			}
			return
		}
		if r := take(row); r != nil {
			d.reject(path, in, b[taken:len(b)-len(rest)], r)
		}
		taken = len(b) - len(rest)
	}
}

func (d *reader) reject(path string, in *lines.Reader, b []byte, r *schemas.Rejection) {
	if err := d.sink.Reject(path, in.Line(), b, r); err != nil && d.err == nil {
		d.err = err
	}
}

// key reads what every row needs: its id and its time.
func (d *reader) key(row *attributes, id, time int) (n, ms int64, r *schemas.Rejection) {
	n, ok := number(row.get(id))
	if !ok {
		return 0, 0, bad(row, id, "a number")
	}
	if ms, ok = columns.Time(row.get(time)); !ok {
		return 0, 0, bad(row, time, "a date and time, as 2011-08-17T20:18:56.507")
	}
	return n, ms, nil
}

func bad(row *attributes, i int, expected string) *schemas.Rejection {
	v := row.get(i)
	if v == nil {
		return &schemas.Rejection{Reason: schemas.ReasonMissingField, Field: row.names[i], Detail: "is required: " + expected}
	}
	return invalid(row.names[i], "expected "+expected+", got "+strconv.QuoteToASCII(string(v[:min(len(v), 40)])))
}

func invalid(field, detail string) *schemas.Rejection {
	return &schemas.Rejection{Reason: schemas.ReasonInvalidField, Field: field, Detail: detail}
}

// bot marks what the site's own robot does.
var bot = []byte(`{"is_bot":true}`)

// emit completes the action at hand and sends it, or counts it as of nobody. object 0 leaves its own; target 0 is nobody.
func (d *reader) emit(what, prefix string, id, member, object, target int64) *schemas.Rejection {
	a := &d.action
	if member == 0 {
		d.counts.without(what)
		return nil
	}
	a.Version, a.Source = schemas.Version, d.source
	d.id = strconv.AppendInt(append(d.id[:0], prefix...), id, 10)
	d.member = strconv.AppendInt(d.member[:0], member, 10)
	a.ID, a.Member = d.id, d.member
	if object != 0 {
		d.object = strconv.AppendInt(d.object[:0], object, 10)
		a.Object = d.object
	}
	if target != 0 {
		d.target = strconv.AppendInt(d.target[:0], target, 10)
		a.Target = d.target
	}
	if member == -1 {
		a.Properties = bot
	}
	rejection, err := d.sink.Action(a)
	if err != nil && d.err == nil {
		d.err = err
	}
	return rejection
}
