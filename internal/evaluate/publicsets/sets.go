package publicsets

import (
	"fmt"
	"io"
	"path/filepath"

	"github.com/rollcall-dev/rollcall/ingest/files/lines"
	"github.com/rollcall-dev/rollcall/internal/evaluate/walk"
)

// A source is how a data set is read.
type source struct {
	name  string
	files []string // below the folder of all
	rows  func(io.Reader, days) error
}

var sources = []source{
	{"collegemsg", []string{"collegemsg/CollegeMsg.txt.gz"}, messages},
	{"bitcoin-otc", []string{"bitcoin-otc/soc-sign-bitcoinotc.csv.gz"}, ratings},
	{"bitcoin-alpha", []string{"bitcoin-otc/soc-sign-bitcoinalpha.csv.gz"}, ratings},
	{"french-meta", []string{"se-french-meta/Posts.xml.gz", "se-french-meta/Comments.xml.gz", "se-french-meta/Votes.xml.gz"}, nil},
	{"cdnow", []string{"cdnow/CDNOW_master.txt.gz"}, purchases},
}

// Names of all data sets, in a fixed order.
func Names() []string {
	names := make([]string, len(sources))
	for i, s := range sources {
		names[i] = s.name
	}
	return names
}

// Read reads a data set below a folder.
func Read(folder, name string) (walk.Set, error) {
	for _, s := range sources {
		if s.name != name {
			continue
		}
		d := days{}
		err := s.read(folder, d)
		if err != nil {
			return walk.Set{}, fmt.Errorf("reading the data set %s: %w", name, err)
		}
		return d.set(name), nil
	}
	return walk.Set{}, fmt.Errorf("there is no data set %q; there are %v", name, Names())
}

func (s source) read(folder string, into days) error {
	if s.rows == nil {
		return dump(folder, s.files, into)
	}
	for _, path := range s.files {
		f, err := lines.Open(filepath.Join(folder, path))
		if err != nil {
			return err
		}
		err = s.rows(f, into)
		f.Close()
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return nil
}

// Files of a data set, below the folder of all.
func Files(name string) []string {
	for _, s := range sources {
		if s.name == name {
			return s.files
		}
	}
	return nil
}
