package publicsets

import (
	"context"
	"path/filepath"

	"github.com/rollcall-dev/rollcall/ingest/files/lines"
	"github.com/rollcall-dev/rollcall/ingest/files/stackexchange"
	"github.com/rollcall-dev/rollcall/schemas"
)

// dump reads a Stack Exchange site as the product imports it, so that an active day is what it is there.
func dump(folder string, files []string, into days) error {
	paths := make([]string, len(files))
	for i, f := range files {
		paths[i] = filepath.Join(folder, f)
	}
	d, err := stackexchange.Find(paths)
	if err != nil {
		return err
	}
	_, err = d.Read(context.Background(), sink{into})
	return err
}

type sink struct{ days }

func (s sink) Action(a *schemas.Action) (*schemas.Rejection, error) {
	if a.Kind.Active() {
		s.add(string(a.Member), a.Time/1000)
	}
	return nil, nil
}

func (sink) Reject(string, int64, []byte, *schemas.Rejection) error { return nil }
func (sink) Open(path string) (*lines.File, error)                  { return lines.Open(path) }
func (sink) Lines(int64)                                            {}
