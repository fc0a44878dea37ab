package files

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/rollcall-dev/rollcall/schemas"
)

// Options say what to import and how to read it.
type Options struct {
	Files     []string // "-" is Stdin; folders for stackexchange
	Stdin     io.Reader
	Format    string            // one of Formats; "" goes by each file's name
	Community string            // for lines that name none; a line that names another is rejected
	Map       map[string]string // field to column, by number from 1 or by the name in the header; csv, tsv and snap
	Kind      string            // for lines without one; snap: "" is message
	Header    bool              // the first line is a header although Map gives numbers and it does not look so

	TempDir      string // for what does not fit SortMemory; "" is the system's
	SortMemory   int64  // bytes, default 256 MiB
	BatchActions int    // default 10,000

	Now      func() time.Time // default time.Now
	Progress func(Progress)   // called a few times a second, from one goroutine; may be nil
	// Begin is called once everything was read and before the first action is sent, with the communities that have some,
	// sorted. May be nil.
	Begin func(ctx context.Context, communities []string) error
}

const (
	defaultSortMemory = 256 << 20
	defaultBatch      = 10_000
	maxBatch          = 4 << 20  // bytes
	maxRejected       = 1000     // in a batch
	maxPayload        = 64 << 10 // of a rejected line that are kept
)

func (o *Options) defaults() error {
	if len(o.Files) == 0 {
		return usagef("no file to import: name one, or - for standard input")
	}
	if o.Community != "" && !schemas.ValidCommunity(o.Community) {
		return usagef("the community %q is no name: expected 1 to 64 of A-Z a-z 0-9 . _ -", o.Community)
	}
	if o.SortMemory <= 0 {
		o.SortMemory = defaultSortMemory
	}
	if o.BatchActions <= 0 {
		o.BatchActions = defaultBatch
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Progress == nil {
		o.Progress = func(Progress) {}
	}
	if o.Begin == nil {
		o.Begin = func(context.Context, []string) error { return nil }
	}
	return nil
}

// UsageError is something that the caller has to ask for differently. Nothing was sent.
type UsageError struct{ err error }

// Error implements error.
func (e *UsageError) Error() string { return e.err.Error() }

// Unwrap implements errors.Unwrap.
func (e *UsageError) Unwrap() error { return e.err }

func usagef(format string, args ...any) error { return &UsageError{fmt.Errorf(format, args...)} }

// Progress is how far an import has come.
type Progress struct {
	Bytes      int64 // of the files as stored that were read; Posts of a dump are read twice
	TotalBytes int64 // 0 where it is not known (standard input)
	Lines      int64
	Actions    int64 // that will be sent, as far as is known
	Rejected   int64
	Sent       int64 // actions acknowledged
	Sending    bool  // everything was read: Actions is final
	Elapsed    time.Duration
}

// Summary is what an import did.
type Summary struct {
	Files         int
	Lines         int64 // that were not blank or comments; rows of a dump's files count by line
	Actions       int64 // that the files hold
	Sent          int64 // of these, acknowledged: the same unless the import failed
	Rejected      int64
	RejectedBy    map[schemas.Reason]int64
	WithoutMember map[string]int64 // rows of a dump that are of a deleted or unnamed user, by what they are
	Ignored       map[string]int64 // rows of a dump that are no action, by what they are
	From, To      time.Time        // first and last event time; zero without actions
	Took          time.Duration
}
