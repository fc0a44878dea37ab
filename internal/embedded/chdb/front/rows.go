package front

import (
	"crypto/rand"
	"encoding/hex"
	"io"
	"net/http"
	"strings"

	"github.com/rollcall-dev/rollcall/internal/embedded/chdb/engine"
)

// insertRows streams rows into the engine. The answer to an INSERT has no body.
func insertRows(w http.ResponseWriter, r *http.Request, conn *engine.Conn, q request, st statement, rows io.Reader) error {
	stats, err := conn.Insert(r.Context(), st.text, canonical(st.format), q.params, rows)
	if err != nil {
		return err
	}
	w.Header().Set("X-ClickHouse-Summary", summary(stats, 0))
	w.Header().Set("Content-Type", "text/plain; charset=UTF-8")
	w.WriteHeader(http.StatusOK)
	return nil
}

// canonical spells the formats that are looked at by name as the engine does.
func canonical(format string) string {
	for _, name := range []string{"Native", "Values", "RowBinary", "JSONEachRow", "CSV", "TabSeparated"} {
		if strings.EqualFold(format, name) {
			return name
		}
	}
	return format
}

// streamed are the formats whose result is the plain sum of its blocks. Others
// have a head, a foot or a layout over all rows, and the engine would repeat
// those with every block.
var streamed = map[string]bool{
	"Native": true, "RowBinary": true, "TabSeparated": true, "TSV": true, "TSVRaw": true, "TabSeparatedRaw": true,
	"Raw": true, "TSKV": true, "CSV": true, "JSONEachRow": true, "JSONL": true, "JSONLines": true, "NDJSON": true,
	"JSONCompactEachRow": true, "JSONStringsEachRow": true, "JSONCompactStringsEachRow": true, "LineAsString": true,
	"MsgPack": true, "BSONEachRow": true, "RawBLOB": true, "SQLInsert": true,
}

// sendResult runs a statement and sends what it returns. It returns an error
// only while nothing has been sent; later failures go into the answer itself.
func sendResult(w http.ResponseWriter, r *http.Request, conn *engine.Conn, q request, st statement) error {
	format := canonical(first(st.format, q.format, "TabSeparated"))
	header := w.Header()
	header.Set("X-ClickHouse-Format", format)
	header.Set("Content-Type", contentType(format))
	out := newAnswer(w, r, q)
	native := nativeWriter{revision: q.revision}
	use := func(b engine.Block) error {
		if !out.started {
			header.Set("X-ClickHouse-Summary", summary(b.Stats, len(b.Data)))
		}
		if format != "Native" || q.revision == 0 {
			return out.write(b.Data)
		}
		data, err := native.encode(b.Data)
		if err != nil {
			return err
		}
		return out.write(data)
	}
	tag := newTag()
	header.Set("X-ClickHouse-Exception-Tag", tag)
	var err error
	if st.verb == "SELECT" && streamed[format] && !q.wholeResult {
		_, err = conn.Stream(r.Context(), st.text, format, q.params, use)
	} else {
		_, err = conn.Query(st.text, format, q.params, use)
	}
	if err != nil && out.started {
		out.breakOff(exceptionTail(tag, err))
	}
	if err == nil && out.close() != nil {
		panic(http.ErrAbortHandler) // the client is gone: nobody to tell
	}
	return err
}

// newTag is the random mark by which a client tells an exception from data.
func newTag() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

func contentType(format string) string {
	switch {
	case strings.HasSuffix(format, "EachRow"), format == "JSONL", format == "JSONLines", format == "NDJSON":
		return "application/x-ndjson; charset=UTF-8"
	case strings.HasPrefix(format, "JSON"):
		return "application/json; charset=UTF-8"
	case strings.HasPrefix(format, "CSVWithNames"):
		return "text/csv; charset=UTF-8; header=present"
	case strings.HasPrefix(format, "CSV"):
		return "text/csv; charset=UTF-8; header=absent"
	case strings.HasPrefix(format, "TabSeparated"), strings.HasPrefix(format, "TSV"):
		return "text/tab-separated-values; charset=UTF-8"
	case format == "XML":
		return "application/xml; charset=UTF-8"
	case strings.HasPrefix(format, "Pretty"), strings.HasPrefix(format, "Vertical"), format == "Markdown", format == "Null", format == "Values":
		return "text/plain; charset=UTF-8"
	}
	return "application/octet-stream"
}
