package kol

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Truth is what members are worth, from elsewhere.
type Truth struct {
	Worth   map[string]float64
	Missing int // lines of members without a value, which are left out
}

// ReadTruth reads what members are worth. It takes columns of member and value, with or without a header, parted as the first
// line is (by tab, comma, semicolon or blanks), or NDJSON of objects {"member": …, "value": …}, or an array of these. A header
// that names a column member or value says which it is. Where a value is empty, NA or null the member is left out. Errors say
// which line, and what was expected.
func ReadTruth(r io.Reader) (Truth, error) {
	t := Truth{Worth: map[string]float64{}}
	in := bufio.NewReader(r)
	if b, _ := in.Peek(3); string(b) == "\ufeff" {
		_, _ = in.Discard(3)
	}
	err := t.read(in)
	if err == nil && len(t.Worth) == 0 {
		err = errors.New("no line has a member and a value: write lines of member,value")
	}
	if err != nil {
		return Truth{}, err
	}
	return t, nil
}

func (t *Truth) read(in *bufio.Reader) error {
	for {
		b, err := in.Peek(1)
		if errors.Is(err, io.EOF) {
			return errors.New("the file is empty: write lines of member,value")
		}
		if err != nil {
			return err
		}
		switch b[0] {
		case ' ', '\t', '\r', '\n':
			_, _ = in.Discard(1)
		case '{', '[':
			return t.objects(in, b[0] == '[')
		default:
			return t.columns(in)
		}
	}
}

// put takes a member's value in, as it is written.
func (t *Truth) put(where, member, value string) error {
	switch strings.ToLower(value) {
	case "", "na", "n/a", "nan", "null", "none":
		t.Missing++
		return nil
	}
	v, err := strconv.ParseFloat(value, 64)
	if err != nil || math.IsInf(v, 0) {
		return fmt.Errorf("%s: %q is no number: write member,value", where, value)
	}
	if member == "" {
		return fmt.Errorf("%s: expected a member and a number", where)
	}
	if _, twice := t.Worth[member]; twice {
		return fmt.Errorf("%s: %q is there twice: write one line a member", where, member)
	}
	t.Worth[member] = v
	return nil
}

// parted is by what a line's columns are.
func parted(in *bufio.Reader) rune {
	head, _ := in.Peek(4096)
	line, _, _ := bytes.Cut(head, []byte("\n"))
	for _, by := range "\t,;" {
		if bytes.ContainsRune(line, by) {
			return by
		}
	}
	return ' '
}

func (t *Truth) columns(in *bufio.Reader) error {
	r := csv.NewReader(in)
	r.Comma = parted(in)
	r.FieldsPerRecord, r.ReuseRecord = -1, true
	r.TrimLeadingSpace = r.Comma != '\t' // an empty column between tabs stays one
	r.LazyQuotes = r.Comma == '\t' || r.Comma == ' '
	member, value := 0, 1
	for n := 0; ; n++ {
		f, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		line, _ := r.FieldPos(0)
		if n == 0 {
			member, value = header(f)
		}
		if len(f) <= max(member, value) {
			return fmt.Errorf("line %d: expected member,value", line)
		}
		v := strings.TrimSpace(f[value])
		if _, err := strconv.ParseFloat(v, 64); err != nil && n == 0 && v != "" {
			continue // a header
		}
		if err := t.put(fmt.Sprintf("line %d", line), strings.TrimSpace(f[member]), v); err != nil {
			return err
		}
	}
}

// header finds which columns hold members and values: the first two, unless a name says otherwise.
func header(f []string) (member, value int) {
	find := func(name string) int {
		return slices.IndexFunc(f, func(s string) bool { return strings.EqualFold(strings.TrimSpace(s), name) })
	}
	member, value = find("member"), find("value")
	switch {
	case member < 0 && value < 0:
		return 0, 1
	case member < 0:
		return other(value), value
	case value < 0:
		return member, other(member)
	}
	return member, value
}

// other is the first column that is not this one.
func other(column int) int {
	if column == 0 {
		return 1
	}
	return 0
}

func (t *Truth) objects(in io.Reader, array bool) error {
	d := json.NewDecoder(in)
	if array {
		_, _ = d.Token()
	}
	for n := 1; !array || d.More(); n++ {
		var o struct{ Member, Value json.RawMessage }
		err := d.Decode(&o)
		if errors.Is(err, io.EOF) && !array {
			return nil
		}
		if err == nil {
			err = t.put(fmt.Sprintf("object %d", n), text(o.Member), text(o.Value))
		}
		if err != nil {
			return fmt.Errorf(`object %d: expected {"member": "ada", "value": 3}: %w`, n, err)
		}
	}
	return nil
}

// text is what a JSON string says, or a number as it is written.
func text(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	return string(raw)
}
