package stream

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

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
type Store struct{ bucket *blob.Bucket }

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

// Write stores a snapshot and drops all but the newest two.
func (s *Store) Write(ctx context.Context, stage string, partition, partitions int, next int64, payload []byte) error {
	h := header(stage, partition, partitions, next, payload)
	name := fmt.Sprintf("%s%020d", snapshotFolder(stage, partition), next)
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
	names, err := s.List(ctx, stage, partition)
	if err != nil {
		return err
	}
	for _, old := range names[min(keepSnapshots, len(names)):] {
		if err := s.bucket.Delete(ctx, old); err != nil {
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

// ErrSnapshot is what Read wraps for a snapshot that is damaged, torn, or another partition's.
var ErrSnapshot = errors.New("snapshot is damaged or not this partition's")

// Read returns a snapshot's next offset and state. An error that does not wrap ErrSnapshot is the store's, and may pass.
func (s *Store) Read(ctx context.Context, name, stage string, partition, partitions int) (next int64, payload []byte, err error) {
	b, err := s.bucket.ReadAll(ctx, name)
	if gcerrors.Code(err) == gcerrors.NotFound { // another owner dropped it since it was listed
		return 0, nil, fmt.Errorf("%s is gone: %w", name, ErrSnapshot)
	}
	if err != nil {
		return 0, nil, fmt.Errorf("reading snapshot %s: %w", name, err)
	}
	prefix := len(snapshotMagic) + len(fmt.Sprintf("%s %d %d\n", stage, partition, partitions))
	if len(b) < prefix+24 {
		return 0, nil, fmt.Errorf("%s: %w", name, ErrSnapshot)
	}
	next, payload = int64(binary.LittleEndian.Uint64(b[prefix:])), b[prefix+24:]
	if !bytes.Equal(b[:prefix+24], header(stage, partition, partitions, next, payload)) {
		return 0, nil, fmt.Errorf("%s: %w", name, ErrSnapshot)
	}
	return next, payload, nil
}
