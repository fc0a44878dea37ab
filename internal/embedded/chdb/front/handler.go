package front

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"

	"github.com/google/uuid"

	"github.com/rollcall-dev/rollcall/internal/embedded/chdb/engine"
)

// Handler answers ClickHouse's HTTP interface from a pool of connections.
type Handler struct {
	Pool   *engine.Pool
	Logger *slog.Logger
}

// ServeHTTP answers one request. Every failure has ClickHouse's form.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := guard(r); err != nil {
		http.Error(w, err.Error(), http.StatusForbidden)
		return
	}
	header := w.Header()
	header.Set("X-ClickHouse-Server-Display-Name", "rollcall-embedded")
	header.Set("X-ClickHouse-Timezone", "UTC")
	switch {
	case r.URL.Path == "/ping", r.URL.Path == "/replicas_status",
		r.URL.Path == "/" && r.Method == http.MethodGet && r.URL.RawQuery == "":
		header.Set("Content-Type", "text/html; charset=UTF-8")
		_, _ = io.WriteString(w, "Ok.\n") // the client may be gone already
		return
	case r.URL.Path != "/" && r.URL.Path != "/query":
		http.Error(w, "There is no handle "+r.URL.Path+": send statements to /", http.StatusNotFound)
		return
	}
	if err := h.answer(w, r); err != nil {
		fail(w, err)
	}
}

// answer returns an error only while the headers have not been sent.
func (h *Handler) answer(w http.ResponseWriter, r *http.Request) error {
	q, err := readRequest(r)
	if err != nil {
		return err
	}
	body, err := plainBody(r, q.decompress)
	if err != nil {
		return err
	}
	defer body.close()
	st, rows, err := readStatement(&q, body)
	if err != nil {
		return err
	}
	w.Header().Set("X-ClickHouse-Query-Id", first(q.queryID, uuid.NewString()))

	conn, err := h.Pool.Acquire(r.Context())
	if err != nil {
		return err
	}
	defer h.Pool.Release(conn)
	defer h.survive(conn)
	if err := allow(conn, q, st); err != nil {
		return err
	}
	if err := conn.Prepare(q.database, q.settings); err != nil {
		return err
	}
	defer h.Pool.Watch(r.Context(), conn)()
	if st.rows {
		return insertRows(w, r, conn, q, st, rows)
	}
	return sendResult(w, r, conn, q, st)
}

// allow refuses what the request may not do, and marks the connection where the
// statement would leave something behind for the next client.
func allow(conn *engine.Conn, q request, st statement) error {
	if st.tagged {
		return badRequest("log_comment is used by the embedded engine to find running statements: leave it out")
	}
	if st.file {
		return badRequest("INTO OUTFILE and FROM INFILE are not allowed: send and receive the rows over HTTP")
	}
	if st.rows {
		if q.readOnly {
			return &failure{code: codeReadOnly, err: errors.New(q.readOnlyText)}
		}
		return nil
	}
	if st.verb == "SELECT" && !st.several && !q.readOnly {
		return nil // the common case saves a parse
	}
	class, count, err := conn.Classify(st.text)
	if err != nil {
		return err
	}
	if count > 1 {
		return &failure{code: codeSyntax, err: errors.New("several statements in one request are not allowed: send them one by one")}
	}
	// A text that does not parse goes on: running it gives the engine's own error.
	if q.readOnly && class != engine.ReadOnly && class != engine.Unknown {
		return &failure{code: codeReadOnly, err: errors.New(q.readOnlyText)}
	}
	if class >= engine.Control {
		conn.Spoil() // USE, SET, temporary tables: gone with the request
	}
	return nil
}

// survive keeps a panic from losing the pooled connection, which is replaced as
// nobody knows what it was doing. The answer breaks off, and so the client sees
// an error, wherever in it the panic came.
func (h *Handler) survive(conn *engine.Conn) {
	p := recover()
	if p == nil {
		return
	}
	if p != http.ErrAbortHandler { //nolint:errorlint // net/http compares it the same way
		conn.Spoil()
		h.Logger.Error("answering a ClickHouse request panicked", "panic", p, "stack", string(debug.Stack()))
	}
	panic(http.ErrAbortHandler) // net/http ends the connection quietly
}

func summary(s engine.Stats, resultBytes int) string {
	text := func(n uint64) string { return `"` + strconv.FormatUint(n, 10) + `"` }
	return `{"read_rows":` + text(s.RowsRead) + `,"read_bytes":` + text(s.BytesRead) +
		`,"written_rows":` + text(s.RowsWritten) + `,"written_bytes":` + text(s.BytesWritten) +
		`,"total_rows_to_read":"0","result_rows":` + text(s.RowsWritten) + `,"result_bytes":` + text(uint64(resultBytes)) + `,"elapsed_ns":"0"}`
}
