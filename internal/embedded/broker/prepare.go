package broker

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ErrDamaged is returned by Start when the log lost records in the middle, which no crash does.
var ErrDamaged = errors.New("the embedded Kafka's log is damaged")

// snapshotVersion is the version of kfake's snapshot files that prepare writes.
const snapshotVersion = 1

// snapshot is a partition's snapshot.json as kfake writes it at Close.
type snapshot struct {
	Version          int               `json:"version"`
	HighWatermark    int64             `json:"high_watermark"`
	LastStableOffset int64             `json:"last_stable_offset"`
	LogStartOffset   int64             `json:"log_start_offset"`
	Epoch            int32             `json:"epoch"`
	CreatedAt        time.Time         `json:"created_at"`
	Segments         []snapshotSegment `json:"segments"`
}

type snapshotSegment struct {
	BaseOffset int64 `json:"base_offset"`
	Size       int64 `json:"size"`
}

// prepare makes ready for kfake what a process left that was killed. Without a snapshot that fits, kfake holds the
// whole log in memory while it starts, and it cuts a file at the first byte it does not understand, whatever comes
// after. So prepare walks such partitions a batch at a time, drops the half-written end, refuses anything else that is
// wrong, and writes the snapshot that a Close would have written.
func prepare(dir string, log *slog.Logger) error {
	root := filepath.Join(dir, "partitions")
	entries, err := os.ReadDir(root)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		if err := preparePartition(filepath.Join(root, e.Name()), log); err != nil {
			return fmt.Errorf("partition %s: %w", e.Name(), err)
		}
	}
	return nil
}

func preparePartition(dir string, log *slog.Logger) error {
	segments, err := listSegments(dir)
	if err != nil || len(segments) == 0 {
		return err
	}
	var old snapshot
	raw, err := os.ReadFile(filepath.Join(dir, "snapshot.json"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	// kfake's own rule: a snapshot holds as long as it names all files and their sizes.
	if json.Unmarshal(raw, &old) == nil && slices.Equal(old.Segments, segments) {
		return nil
	}
	fresh := snapshot{Version: snapshotVersion, Segments: segments}
	for i := range segments {
		var last *span
		if last, err = scanFile(dir, &segments[i], i == len(segments)-1, log); err != nil {
			return err
		}
		if last.transactional {
			return nil // only kfake's own replay knows what to do; Rollcall writes none
		}
		if !last.found {
			continue
		}
		if fresh.CreatedAt.IsZero() {
			fresh.LogStartOffset, fresh.CreatedAt = last.first, time.UnixMilli(last.time)
		}
		fresh.HighWatermark, fresh.Epoch = last.next, last.epoch
	}
	fresh.LastStableOffset = fresh.HighWatermark
	if old.LogStartOffset > fresh.LogStartOffset && old.LogStartOffset <= fresh.HighWatermark {
		fresh.LogStartOffset = old.LogStartOffset // records were deleted up to here
	}
	return writeSnapshot(filepath.Join(dir, "snapshot.json"), fresh)
}

// listSegments returns a partition's files in the order of their offsets.
func listSegments(dir string) ([]snapshotSegment, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var found []snapshotSegment
	for _, e := range entries {
		name, isSegment := strings.CutSuffix(e.Name(), ".dat")
		base, err := strconv.ParseInt(name, 10, 64)
		if !isSegment || err != nil {
			continue
		}
		info, err := e.Info()
		if err != nil {
			return nil, err
		}
		found = append(found, snapshotSegment{BaseOffset: base, Size: info.Size()})
	}
	slices.SortFunc(found, func(a, b snapshotSegment) int { return int(min(max(a.BaseOffset-b.BaseOffset, -1), 1)) })
	return found, nil
}

// scanFile walks one file. Only the last one of a partition may end in the middle of a batch, and is cut there.
func scanFile(dir string, seg *snapshotSegment, isLast bool, log *slog.Logger) (*span, error) {
	name := filepath.Join(dir, strconv.FormatInt(seg.BaseOffset, 10)+".dat")
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // what matters was synced
	s, err := scan(f, seg.Size, seg.BaseOffset)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if s.good == seg.Size {
		return s, nil
	}
	if !isLast || !s.torn {
		return nil, fmt.Errorf("%w: %s has no whole batch at byte %d of %d: restore the folder from a backup, "+
			"or move it away and import the archive into a new one", ErrDamaged, name, s.good, seg.Size)
	}
	log.Info("dropping a write that was never acknowledged", "file", name, "bytes", seg.Size-s.good)
	if err := f.Truncate(s.good); err != nil {
		return nil, err
	}
	seg.Size = s.good
	return s, f.Sync()
}

// writeSnapshot writes beside the old one and renames, as kfake does.
func writeSnapshot(name string, s snapshot) error {
	raw, err := json.Marshal(s)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(name+".tmp", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(raw)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(name+".tmp", name)
}
