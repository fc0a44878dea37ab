package engine

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
)

// Param is a value bound to {name:Type} in a statement. The value is in
// TabSeparated form, as ClickHouse's clients send it.
type Param struct{ Name, Value string }

// Conn is one engine connection. Only the goroutine that acquired it may use
// it, and it runs one statement at a time.
type Conn struct {
	lib    *library
	handle *pointer
	base   map[string]string // settings given at connect; SET x=DEFAULT would lose them
	tag    string            // its log_comment, by which a kill finds it

	database string
	applied  map[string]string // settings that differ from base now
	spoiled  bool              // its session state is unknown: replace it
}

func connect(lib *library, args []string, base map[string]string, tag string) (*Conn, error) {
	argv := append([]string{"clickhouse"}, args...)
	argv = append(argv, "--log_comment="+tag)
	for name, value := range base {
		argv = append(argv, "--"+name+"="+value)
	}
	ptrs := make([]*byte, len(argv))
	for i, s := range argv {
		ptrs[i] = &append([]byte(s), 0)[0]
	}
	h := lib.connect(int32(len(ptrs)), pointer(&ptrs[0]))
	runtime.KeepAlive(ptrs)
	if h == nil {
		return nil, errors.New("the engine refused the connection: another process has this data folder open, it cannot be written, or a setting is not valid")
	}
	return &Conn{lib: lib, handle: h, base: base, tag: tag, database: "default", applied: map[string]string{}}, nil
}

func (c *Conn) close() { c.lib.closeConn(c.handle) }

// Spoil marks the connection's session state as unknown: it is replaced by a
// fresh one when it is released.
func (c *Conn) Spoil() { c.spoiled = true }

// Prepare puts the connection into the wanted state: this database and exactly
// these settings besides the pool's own. It costs nothing when the state has
// not changed since the last statement.
func (c *Conn) Prepare(database string, settings map[string]string) error {
	if database != c.database {
		if err := c.exec("USE `" + strings.NewReplacer("\\", "\\\\", "`", "\\`").Replace(database) + "`"); err != nil {
			return err
		}
		c.database = database
	}
	var set []string
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		if have, ok := c.applied[name]; !ok || have != settings[name] {
			set = append(set, name+"="+quote(settings[name]))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.applied)) {
		if _, keep := settings[name]; keep {
			continue
		}
		if value, ok := c.base[name]; ok {
			set = append(set, name+"="+quote(value))
		} else {
			set = append(set, name+"=DEFAULT")
		}
	}
	if len(set) == 0 {
		return nil
	}
	if err := c.exec("SET " + strings.Join(set, ", ")); err != nil {
		c.spoiled = true // some of the list may have been applied
		return err
	}
	c.applied = maps.Clone(settings)
	return nil
}

func quote(s string) string {
	return "'" + strings.NewReplacer("\\", "\\\\", "'", "\\'").Replace(s) + "'"
}

func (c *Conn) exec(sql string) error {
	_, err := c.Query(sql, "Null", nil, func(Block) error { return nil })
	return err
}

// Query runs one statement and hands its whole result to use, once.
func (c *Conn) Query(sql, format string, params []Param, use func(Block) error) (Stats, error) {
	q, f := []byte(sql), []byte(format)
	r := bind(params, func(n, nl, v, vl pointer, count uintptr) pointer {
		return c.lib.query(*c.handle, start(q), uintptr(len(q)), start(f), uintptr(len(f)), n, nl, v, vl, count)
	})
	runtime.KeepAlive(q)
	runtime.KeepAlive(f)
	finished := false
	defer func() {
		if !finished {
			c.tidy()
		}
	}()
	stats, err := c.lib.view(r, use)
	finished = err == nil
	return stats, err
}

// Stream runs one statement and hands over its result block by block (about
// 65,400 rows each). It stops when use fails or ctx ends; a statement that is
// still computing its next block is ended by [Pool.Watch] only.
func (c *Conn) Stream(ctx context.Context, sql, format string, params []Param, use func(Block) error) (Stats, error) {
	q, f := []byte(sql), []byte(format)
	s := bind(params, func(n, nl, v, vl pointer, count uintptr) pointer {
		return c.lib.stream(*c.handle, start(q), uintptr(len(q)), start(f), uintptr(len(f)), n, nl, v, vl, count)
	})
	runtime.KeepAlive(q)
	runtime.KeepAlive(f)
	if s == nil {
		return Stats{}, errNoResult
	}
	finished := false // stays false on an error and on a panic in use
	defer func() {
		if !finished {
			c.lib.cancelQuery(*c.handle, s)
		}
		c.lib.resultDestroy(s)
		if !finished {
			c.tidy()
		}
	}()
	if text := c.lib.resultError(s); text != "" {
		return Stats{}, newError(text)
	}
	var stats Stats
	for {
		if err := ctx.Err(); err != nil {
			return stats, err
		}
		var empty bool
		got, err := c.lib.view(c.lib.fetch(*c.handle, s), func(b Block) error {
			if empty = len(b.Data) == 0; empty {
				return nil
			}
			return use(b)
		})
		if err != nil {
			return stats, err
		}
		if empty {
			finished = true
			return stats, nil
		}
		stats = got
	}
}

// tidy runs a trivial statement: a failed or killed one keeps its entry in
// system.processes, and its memory, until the connection's next statement.
func (c *Conn) tidy() {
	q, f := []byte("SELECT 1"), []byte("Null")
	if r := c.lib.query(*c.handle, start(q), uintptr(len(q)), start(f), uintptr(len(f)), nil, nil, nil, nil, 0); r != nil {
		c.lib.resultDestroy(r)
	}
}

// bind lays the parameters out as the four parallel arrays of the C interface.
func bind(params []Param, call func(names, nameLens, values, valueLens pointer, n uintptr) pointer) pointer {
	n := len(params)
	if n == 0 {
		return call(nil, nil, nil, nil, 0)
	}
	names, values := make([]pointer, n), make([]pointer, n)
	nameLens, valueLens := make([]uintptr, n), make([]uintptr, n)
	for i, p := range params {
		name, value := append([]byte(p.Name), 0), append([]byte(p.Value), 0) // never a nil pointer, even when empty
		names[i], nameLens[i] = pointer(&name[0]), uintptr(len(p.Name))
		values[i], valueLens[i] = pointer(&value[0]), uintptr(len(p.Value))
	}
	r := call(pointer(&names[0]), pointer(&nameLens[0]), pointer(&values[0]), pointer(&valueLens[0]), uintptr(n))
	runtime.KeepAlive(names)
	runtime.KeepAlive(values)
	runtime.KeepAlive(nameLens)
	runtime.KeepAlive(valueLens)
	return r
}

// Class says what a statement does, by the engine's own parser.
type Class uint32

// The classes of the library's header, in rising order of restriction.
const (
	ReadOnly       Class = iota // SELECT, SHOW, DESCRIBE, EXPLAIN, EXISTS, CHECK
	Mutating                    // INSERT, CREATE, ALTER, DROP …
	MutatingGlobal              // functions, users, the system database
	Control                     // USE, SET, KILL, BACKUP, INSERT INTO FUNCTION, INTO OUTFILE …
	Unknown                     // it does not parse
)

// Classify parses a text without running it: what it does, and how many
// statements it holds (0 when it does not parse).
func (c *Conn) Classify(sql string) (Class, int, error) {
	report := struct{ size, count, flags, class uint32 }{size: 16}
	q := []byte(sql)
	if c.lib.classify(*c.handle, start(q), uintptr(len(q)), nil, 0, pointer(&report)) != 0 {
		return Unknown, 0, fmt.Errorf("classifying a statement: %w", errNoResult)
	}
	runtime.KeepAlive(q)
	return Class(report.class), int(report.count), nil
}
