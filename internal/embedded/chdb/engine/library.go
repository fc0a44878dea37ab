package engine

import (
	"fmt"
	"sync"
	"unsafe"
)

type pointer = unsafe.Pointer

// library is the C interface. Lengths are bytes; chdb_state is a 32-bit enum
// with 0 for success.
type library struct {
	path string

	setSignalHandlers func(enabled int32)
	connect           func(argc int32, argv pointer) *pointer
	closeConn         func(conn *pointer)
	classify          func(conn, sql pointer, n uintptr, db pointer, dbn uintptr, out pointer) int32

	query       func(conn, q pointer, qn uintptr, f pointer, fn uintptr, names, nameLens, values, valueLens pointer, n uintptr) pointer
	stream      func(conn, q pointer, qn uintptr, f pointer, fn uintptr, names, nameLens, values, valueLens pointer, n uintptr) pointer
	fetch       func(conn, stream pointer) pointer
	cancelQuery func(conn, stream pointer)

	insert        func(conn, q pointer, qn uintptr, f pointer, fn uintptr, names, nameLens, values, valueLens pointer, n uintptr) pointer
	insertAppend  func(stream, data pointer, n uintptr) int32
	insertDone    func(stream pointer) pointer
	insertCancel  func(stream pointer)
	insertDestroy func(stream pointer)
	insertError   func(stream pointer) string

	resultBuffer       func(result pointer) pointer
	resultLength       func(result pointer) uintptr
	resultError        func(result pointer) string
	resultRowsRead     func(result pointer) uint64
	resultBytesRead    func(result pointer) uint64
	resultRowsWritten  func(result pointer) uint64
	resultBytesWritten func(result pointer) uint64
	resultDestroy      func(result pointer)
}

func (l *library) symbols() map[string]any {
	return map[string]any{
		"chdb_set_signal_handlers_enabled": &l.setSignalHandlers,
		"chdb_connect":                     &l.connect,
		"chdb_close_conn":                  &l.closeConn,
		"chdb_classify_query_n":            &l.classify,
		"chdb_query_with_params_n":         &l.query,
		"chdb_stream_query_with_params_n":  &l.stream,
		"chdb_stream_fetch_result":         &l.fetch,
		"chdb_stream_cancel_query":         &l.cancelQuery,
		"chdb_stream_insert_with_params_n": &l.insert,
		"chdb_stream_append":               &l.insertAppend,
		"chdb_stream_done":                 &l.insertDone,
		"chdb_stream_cancel_insert":        &l.insertCancel,
		"chdb_destroy_insert_stream":       &l.insertDestroy,
		"chdb_stream_insert_error":         &l.insertError,
		"chdb_result_buffer":               &l.resultBuffer,
		"chdb_result_length":               &l.resultLength,
		"chdb_result_error":                &l.resultError,
		"chdb_result_storage_rows_read":    &l.resultRowsRead,
		"chdb_result_storage_bytes_read":   &l.resultBytesRead,
		"chdb_result_rows_written":         &l.resultRowsWritten,
		"chdb_result_bytes_written":        &l.resultBytesWritten,
		"chdb_destroy_query_result":        &l.resultDestroy,
	}
}

// loaded is the process's one library: two copies of an engine in one address
// space would each start their own threads and allocator.
var loaded struct {
	mu  sync.Mutex
	lib *library
}

func load(path string) (*library, error) {
	loaded.mu.Lock()
	defer loaded.mu.Unlock()
	if l := loaded.lib; l != nil {
		if l.path != path {
			return nil, fmt.Errorf("loading %s: this process has already loaded %s, and it can hold one engine only", path, l.path)
		}
		return l, nil
	}
	l := &library{path: path}
	if err := link(path, l.symbols()); err != nil {
		return nil, fmt.Errorf("loading the ClickHouse library %s: %w", path, err)
	}
	// Before the first connect. Otherwise the engine takes SIGSEGV and others
	// from the Go runtime, and a nil dereference hangs instead of panicking.
	l.setSignalHandlers(0)
	loaded.lib = l
	return l, nil
}

func start(b []byte) pointer {
	if len(b) == 0 {
		return nil
	}
	return pointer(&b[0])
}
