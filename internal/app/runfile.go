package app

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/rollcall-dev/rollcall/internal/access"
)

// Run is DIR/run.json: where a running instance is and how an administrator speaks to it.
type Run struct {
	PID        int    `json:"pid"`
	HTTP       string `json:"http"`
	Kafka      string `json:"kafka"`
	ClickHouse string `json:"clickhouse"`
	Token      string `json:"token"`
}

const runFile = "run.json"

func newToken() string {
	b := make([]byte, 24)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the program instead
	return "rka_" + base64.RawURLEncoding.EncodeToString(b)
}

// CheckToken reports what is wrong with a token that somebody chose.
func CheckToken(token string) error {
	if err := access.CheckToken(token); err != nil {
		return Usagef("the administrator's token (--token, --token-file, ROLLCALL_TOKEN): %v", err)
	}
	return nil
}

// write puts run.json in place, whole or not at all, readable by its owner only.
func (r Run) write(dir string) error {
	b, err := json.Marshal(r)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, runFile+".*") // mode 0600
	if err != nil {
		return fmt.Errorf("writing %s: %w", runFile, err)
	}
	_, err = f.Write(append(b, '\n'))
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), filepath.Join(dir, runFile))
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return fmt.Errorf("writing %s: %w", runFile, err)
	}
	return nil
}

// FindRun reads the run.json of a data folder.
func FindRun(dir string) (Run, error) {
	b, err := os.ReadFile(filepath.Join(dir, runFile))
	if errors.Is(err, fs.ErrNotExist) {
		return Run{}, fmt.Errorf("no running instance in %s: start one with `rollcall up --data %s`, or name one with --data or --server", dir, dir)
	}
	if err != nil {
		return Run{}, fmt.Errorf("looking for the running instance: %w", err)
	}
	var r Run
	if err := json.Unmarshal(b, &r); err != nil {
		return Run{}, fmt.Errorf("reading %s: %w", filepath.Join(dir, runFile), err)
	}
	return r, nil
}
