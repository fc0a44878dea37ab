package kol

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
)

// ReadTruth reads what members are worth: CSV of member and value, with or without a header, or NDJSON of objects
// {"member": …, "value": …}. Errors say which line, and what was expected.
func ReadTruth(r io.Reader) (map[string]float64, error) {
	in := bufio.NewReader(r)
	if b, _ := in.Peek(3); string(b) == "\ufeff" {
		_, _ = in.Discard(3)
	}
	for {
		b, err := in.Peek(1)
		if errors.Is(err, io.EOF) {
			return nil, errors.New("the file is empty: write lines of member,value")
		}
		if err != nil {
			return nil, err
		}
		switch b[0] {
		case ' ', '\t', '\r', '\n':
			_, _ = in.Discard(1)
		case '{':
			return objects(in)
		default:
			return columns(in)
		}
	}
}

type truth map[string]float64

func (t truth) add(line int, member string, value float64) error {
	if _, twice := t[member]; twice {
		return fmt.Errorf("line %d: %q is there twice: write one line a member", line, member)
	}
	if member == "" || math.IsNaN(value) || math.IsInf(value, 0) {
		return fmt.Errorf("line %d: expected a member and a number", line)
	}
	t[member] = value
	return nil
}

func columns(in io.Reader) (truth, error) {
	t := truth{}
	r := csv.NewReader(in)
	r.FieldsPerRecord, r.ReuseRecord = -1, true
	for n := 0; ; n++ {
		f, err := r.Read()
		if errors.Is(err, io.EOF) {
			return t, nil
		}
		if err != nil {
			return nil, err
		}
		line, _ := r.FieldPos(0)
		if len(f) < 2 {
			return nil, fmt.Errorf("line %d: expected member,value", line)
		}
		v, err := strconv.ParseFloat(f[1], 64)
		if err != nil && n == 0 {
			continue // a header
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %q is no number: write member,value", line, f[1])
		}
		if err := t.add(line, f[0], v); err != nil {
			return nil, err
		}
	}
}

func objects(in io.Reader) (truth, error) {
	t := truth{}
	d := json.NewDecoder(in)
	for n := 1; ; n++ {
		var o struct {
			Member string
			Value  *float64
		}
		err := d.Decode(&o)
		if errors.Is(err, io.EOF) {
			return t, nil
		}
		if err == nil && o.Value == nil {
			err = errors.New("no value")
		}
		if err != nil {
			return nil, fmt.Errorf(`object %d: expected {"member": "ada", "value": 3}: %w`, n, err)
		}
		if err := t.add(n, o.Member, *o.Value); err != nil {
			return nil, err
		}
	}
}
