package stream

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/cespare/xxhash/v2"
	"gocloud.dev/blob"
	_ "gocloud.dev/blob/fileblob" // file:// URLs
	_ "gocloud.dev/blob/memblob"  // mem:// URLs, for tests
	"gocloud.dev/gcerrors"
)

const (
	snapshotMagic = "rollcall snapshot 1\n"
	keepSnapshots = 2
)

// Store holds snapshots under any gocloud.dev/blob URL, as STAGE/PARTITION/OFFSET. A snapshot is the state and the next
// offset in one object, with a checksum; it appears whole or not at all.
type Store struct {
	bucket *blob.Bucket

	mu  sync.Mutex
	bad map[string]bool // names of damaged ones: they do not count as kept
}

// OpenStore opens the bucket of a URL.
func OpenStore(ctx context.Context, url string) (*Store, error) {
	b, err := blob.OpenBucket(ctx, url)
	if err != nil {
		return nil, fmt.Errorf("opening the snapshot store %s: %w", url, err)
	}
	return &Store{bucket: b}, nil
}

// Close closes the store.
func (s *Store) Close() error { return s.bucket.Close() }

func snapshotFolder(stage string, partition int) string {
	return fmt.Sprintf("%s/%d/", stage, partition)
}

func snapshotName(stage string, partition int, next int64) string {
	return fmt.Sprintf("%s%020d", snapshotFolder(stage, partition), next)
}

// List returns the names of a partition's snapshots, newest first.
func (s *Store) List(ctx context.Context, stage string, partition int) ([]string, error) {
	var names []string
	for it := s.bucket.List(&blob.ListOptions{Prefix: snapshotFolder(stage, partition)}); ; {
		o, err := it.Next(ctx)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("listing snapshots: %w", err)
		}
		names = append(names, o.Key)
	}
	slices.SortFunc(names, func(a, b string) int { return strings.Compare(b, a) })
	return names, nil
}

// offsetOf returns the next offset of a snapshot's name, -1 if it is none.
func offsetOf(name string) int64 {
	n, err := strconv.ParseInt(path.Base(name), 10, 64)
	if err != nil {
		return -1
	}
	return n
}

// CheckPartitions returns an error that wraps ErrPartitions where the store knows a partition of the stage that a topic
// of so many partitions does not have.
func (s *Store) CheckPartitions(ctx context.Context, stage string, partitions int) error {
	for it := s.bucket.List(&blob.ListOptions{Prefix: stage + "/"}); ; {
		o, err := it.Next(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("listing snapshots: %w", err)
		}
		n, err := strconv.Atoi(path.Base(path.Dir(o.Key)))
		if err == nil && n >= partitions {
			return fmt.Errorf("there is snapshot %s, of a partition that the topic does not have, for it has %d: %w", o.Key, partitions, ErrPartitions)
		}
	}
}

// Distrust says that a snapshot cannot be used. It does not count as one of those that are kept.
func (s *Store) Distrust(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bad == nil {
		s.bad = map[string]bool{}
	}
	s.bad[name] = true
}

// drop returns which of names, newest first, go: all but the newest two that are whole.
func (s *Store) drop(names []string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	kept := 0
	return slices.DeleteFunc(names, func(name string) bool {
		keep := !s.bad[name] && kept < keepSnapshots
		if keep {
			kept++
		}
		return keep
	})
}

// Write stores a snapshot and drops all but the newest two.
func (s *Store) Write(ctx context.Context, stage string, partition, partitions int, next int64, payload []byte) error {
	h := header(stage, partition, partitions, next, payload)
	name := snapshotName(stage, partition, next)
	w, err := s.bucket.NewWriter(ctx, name, &blob.WriterOptions{ContentType: "application/octet-stream", DisableContentTypeDetection: true})
	if err != nil {
		return fmt.Errorf("creating snapshot %s: %w", name, err)
	}
	_, err = w.Write(h)
	if err == nil {
		_, err = w.Write(payload)
	}
	if err = errors.Join(err, w.Close()); err != nil {
		return fmt.Errorf("writing snapshot %s: %w", name, err)
	}
	s.mu.Lock()
	delete(s.bad, name)
	s.mu.Unlock()
	names, err := s.List(ctx, stage, partition)
	if err != nil {
		return err
	}
	for _, old := range s.drop(names) { // another owner may have dropped it
		if err := s.bucket.Delete(ctx, old); err != nil && gcerrors.Code(err) != gcerrors.NotFound {
			return fmt.Errorf("dropping old snapshot %s: %w", old, err)
		}
	}
	return nil
}

func header(stage string, partition, partitions int, next int64, payload []byte) []byte {
	h := []byte(snapshotMagic)
	h = append(h, fmt.Sprintf("%s %d %d\n", stage, partition, partitions)...)
	h = binary.LittleEndian.AppendUint64(h, uint64(next))
	h = binary.LittleEndian.AppendUint64(h, uint64(len(payload)))
	d := xxhash.New()
	_, _ = d.Write(h)
	_, _ = d.Write(payload)
	return binary.LittleEndian.AppendUint64(h, d.Sum64())
}

// What Read wraps. Another error is the store's, and may pass.
var (
	// ErrSnapshot is a snapshot that is damaged, torn, or another partition's.
	ErrSnapshot = errors.New("snapshot is damaged or not this partition's")
	// ErrPartitions is a whole one of this partition, from when the topic had another number of partitions.
	ErrPartitions = errors.New("the number of partitions is part of a deployment's identity, for it decides where a member's actions go: " +
		"give the topic its old number back, or " + startAnew)
	// errGone is one that was dropped since it was listed, because there are newer ones.
	errGone = errors.New("snapshot is gone")
)

// readAll reads an object into memory of its size; the library's own way grows to it.
func (s *Store) readAll(ctx context.Context, name string) (b []byte, err error) {
	r, err := s.bucket.NewReader(ctx, name, nil)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	b = make([]byte, r.Size())
	_, err = io.ReadFull(r, b)
	return b, err
}

// Read returns a snapshot's next offset and state.
func (s *Store) Read(ctx context.Context, name, stage string, partition, partitions int) (next int64, payload []byte, err error) {
	b, err := s.readAll(ctx, name)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return 0, nil, fmt.Errorf("%s: %w", name, errGone)
	}
	if err != nil {
		return 0, nil, fmt.Errorf("reading snapshot %s: %w", name, err)
	}
	line, rest, _ := bytes.Cut(bytes.TrimPrefix(b, []byte(snapshotMagic)), []byte("\n"))
	var ofStage string
	var of, was int
	if _, err := fmt.Sscanf(string(line), "%s %d %d", &ofStage, &of, &was); err != nil || len(rest) < 24 {
		return 0, nil, fmt.Errorf("%s: %w", name, ErrSnapshot)
	}
	next, payload = int64(binary.LittleEndian.Uint64(rest)), rest[24:]
	h := header(ofStage, of, was, next, payload)
	if !bytes.HasPrefix(b, h) || len(b) != len(h)+len(payload) || ofStage != stage || of != partition {
		return 0, nil, fmt.Errorf("%s: %w", name, ErrSnapshot)
	}
	if was != partitions {
		return 0, nil, fmt.Errorf("%s was taken when the topic had %d partitions, and it has %d now: %w", name, was, partitions, ErrPartitions)
	}
	return next, payload, nil
}
