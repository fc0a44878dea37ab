package verify

import (
	"fmt"
	"slices"
)

// Report is what one run, or several of the same community, found.
type Report struct {
	Community string  `json:"community"`
	TimeZone  string  `json:"time_zone"`
	Time      int64   `json:"time"` // stream time, Unix milliseconds: the tables were compared as of then
	Tables    []Table `json:"tables"`
}

// Table is what was found of one table.
type Table struct {
	Table       string       `json:"table"`
	Rows        uint64       `json:"rows"`        // published, or missing
	Different   uint64       `json:"different"`   // of these
	Moving      uint64       `json:"moving"`      // rows that differed but moved while one looked, so that nothing can be said of them
	Differences []Difference `json:"differences"` // of the first few rows

	rows []different
}

// Difference is one value that is not what it must be. Where a whole row is missing or must not be there, Column is empty
// and Want or Got is [NoRow].
type Difference struct {
	Table  string `json:"table"`
	Key    string `json:"key"` // name=value, separated by spaces
	Column string `json:"column,omitempty"`
	Want   string `json:"want"`
	Got    string `json:"got"`
}

// String is a difference for a person.
func (d Difference) String() string {
	if d.Column == "" {
		return fmt.Sprintf("%s %s: is [%s], must be [%s]", d.Table, d.Key, d.Got, d.Want)
	}
	return fmt.Sprintf("%s %s: %s is %s, must be %s", d.Table, d.Key, d.Column, quoted(d.Got), quoted(d.Want))
}

// different is a row that is not what it must be.
type different struct {
	key     string
	columns []Difference
	moving  bool
}

// Rows is how many rows were compared.
func (r Report) Rows() (n uint64) {
	for _, t := range r.Tables {
		n += t.Rows
	}
	return n
}

// Different is how many of them differ.
func (r Report) Different() (n uint64) {
	for _, t := range r.Tables {
		n += t.Different
	}
	return n
}

// Moving is how many nothing can be said of.
func (r Report) Moving() (n uint64) {
	for _, t := range r.Tables {
		n += t.Moving
	}
	return n
}

// Still is the later of two reports, less what was not different before. A live community moves on while one looks: a
// value is wrong where it differs both times, unless what it must be and what it is both moved in between; such a row is
// counted as Moving.
func (r Report) Still(later Report) Report {
	later.Tables = slices.Clone(later.Tables)
	for i := range later.Tables {
		later.Tables[i] = r.Tables[i].still(later.Tables[i])
	}
	return later
}

func (t Table) still(later Table) Table {
	type column struct{ key, column string }
	before, moving := map[column]Difference{}, map[string]bool{}
	for _, row := range t.rows {
		moving[row.key] = row.moving
		for _, d := range row.columns {
			before[column{row.key, d.Column}] = d
		}
	}
	// Not so where there are too many to list.
	all, allBefore := len(later.rows) >= int(later.Different), len(t.rows) >= int(t.Different)
	out := later
	out.rows = nil
	for _, row := range later.rows {
		both := different{key: row.key, moving: moving[row.key]}
		var stayed []Difference
		for _, d := range row.columns {
			old, ok := before[column{row.key, d.Column}]
			if !ok && allBefore {
				continue
			}
			both.columns = append(both.columns, d)
			// What the earlier list had no room for is wrong until a next look; where there was no room twice, it may be anything.
			if !ok && all || ok && (old.Want == d.Want || old.Got == d.Got) {
				stayed = append(stayed, d)
			}
		}
		if len(stayed) == 0 {
			both.moving = true
		} else if !both.moving {
			both.columns = stayed
		}
		if len(both.columns) > 0 {
			out.rows = append(out.rows, both)
		}
	}
	out.count()
	if !all && out.Different > 0 { // of those that are not listed as many may be wrong
		out.Different = max(out.Different, min(t.Different, later.Different))
	}
	return out
}

// shown is how many of a table's rows have their differences listed.
const shown = 5

// count sets what is said of the rows that differ.
func (t *Table) count() {
	t.Different, t.Moving, t.Differences = 0, 0, []Difference{}
	for _, row := range t.rows {
		if row.moving {
			t.Moving++
			continue
		}
		if t.Different++; t.Different <= shown {
			t.Differences = append(t.Differences, row.columns...)
		}
	}
}
