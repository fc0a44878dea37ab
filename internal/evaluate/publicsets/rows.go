package publicsets

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/rollcall-dev/rollcall/internal/evaluate/walk"
)

const day = 24 * 60 * 60

// days are the days on which a member was active.
type days map[string][]int32

func (d days) add(member string, unix int64) { d[member] = append(d[member], int32(unix/day)) }

func (d days) set(name string) walk.Set {
	var s walk.Set
	for member, on := range d {
		s.Add(member, on)
	}
	s.Name = name
	s.Sort()
	return s
}

// rows calls each for the fields of every line.
func rows(r io.Reader, fields int, split func(string) []string, each func([]string) error) error {
	in := bufio.NewScanner(r)
	for n := 1; in.Scan(); n++ {
		f := split(in.Text())
		if len(f) == 0 {
			continue
		}
		if len(f) < fields {
			return fmt.Errorf("line %d has %d fields, not %d", n, len(f), fields)
		}
		if err := each(f); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
	}
	return in.Err()
}

// messages are SRC DST UNIXTS.
func messages(r io.Reader, d days) error {
	return rows(r, 3, strings.Fields, func(f []string) error {
		at, err := strconv.ParseInt(f[2], 10, 64)
		d.add(f[0], at)
		return err
	})
}

// ratings are SOURCE,TARGET,RATING,TIME.
func ratings(r io.Reader, d days) error {
	comma := func(s string) []string { return strings.Split(s, ",") }
	return rows(r, 4, comma, func(f []string) error {
		at, err := strconv.ParseFloat(f[3], 64)
		d.add(f[0], int64(at))
		return err
	})
}

// purchases are customer_id date n_cds dollars.
func purchases(r io.Reader, d days) error {
	return rows(r, 4, strings.Fields, func(f []string) error {
		if f[1] == "date" {
			return nil
		}
		at, err := time.Parse("20060102", f[1])
		d.add(f[0], at.Unix())
		return err
	})
}
