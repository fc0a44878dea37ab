package front

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/rollcall-dev/rollcall/internal/embedded/chdb/engine"
)

// request is what a request's address and headers ask for.
type request struct {
	query    string
	queryID  string
	database string
	format   string // for a statement that names none
	settings map[string]string
	params   []engine.Param

	revision     uint64 // the client's Native protocol revision, 0 for plain Native
	compress     bool   // answer in ClickHouse's own frames
	zstdFrames   bool
	decompress   bool // the body is in ClickHouse's own frames
	encode       bool // HTTP compression of the answer is allowed
	wholeResult  bool // answer only once the statement has ended
	readOnly     bool
	readOnlyText string // why
}

// protocolNames are read by the front itself, or mean nothing to one engine in
// one process. Everything else in an address is a setting.
var protocolNames = []string{
	"query", "query_id", "database", "default_format", "user", "password", "quota_key", "role",
	"session_id", "session_timeout", "session_check", "close_session", "stacktrace",
	"compress", "decompress", "network_compression_method", "network_zstd_compression_level",
	"enable_http_compression", "http_zlib_compression_level", "client_protocol_version", "readonly",
	"wait_end_of_query", "buffer_size", "send_progress_in_http_headers",
	"http_headers_progress_interval_ms", "cancel_http_readonly_queries_on_client_close",
	"log_comment", // the engine package finds statements by it
}

var settingName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// readRequest reads the address and the headers. Its errors are the client's.
func readRequest(r *http.Request) (request, error) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return request{}, badRequest("reading the address: %w", err)
	}
	q := request{
		query: values.Get("query"), queryID: values.Get("query_id"),
		database:   first(values.Get("database"), r.Header.Get("X-ClickHouse-Database"), "default"),
		format:     first(r.Header.Get("X-ClickHouse-Format"), values.Get("default_format")),
		settings:   map[string]string{},
		compress:   isTrue(values.Get("compress")),
		zstdFrames: strings.EqualFold(values.Get("network_compression_method"), "zstd"),
		decompress: isTrue(values.Get("decompress")),
		encode:     values.Get("enable_http_compression") != "0",

		wholeResult: isTrue(values.Get("wait_end_of_query")),
	}
	if v := values.Get("client_protocol_version"); v != "" {
		if q.revision, err = strconv.ParseUint(v, 10, 64); err != nil {
			return request{}, badRequest("reading client_protocol_version: %w", err)
		}
	}
	switch {
	case r.Method != http.MethodPost:
		q.readOnly, q.readOnlyText = true, "a "+r.Method+" request may only read: send this statement with POST"
	case values.Get("readonly") != "" && values.Get("readonly") != "0":
		q.readOnly, q.readOnlyText = true, "the request asks for readonly, and this statement changes something"
	}
	err = q.readSettings(values)
	return q, err
}

func (q *request) readSettings(values url.Values) error {
	for name, list := range values {
		if slices.Contains(protocolNames, name) {
			continue
		}
		if param, ok := strings.CutPrefix(name, "param_"); ok {
			q.params = append(q.params, engine.Param{Name: param, Value: list[0]})
			continue
		}
		if !settingName.MatchString(name) {
			return badRequest("%q in the address is not the name of a setting", name)
		}
		q.settings[name] = list[0]
	}
	slices.SortFunc(q.params, func(a, b engine.Param) int { return strings.Compare(a.Name, b.Name) })
	return nil
}

func isTrue(v string) bool { return v == "1" || strings.EqualFold(v, "true") }

func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// badRequest is an error of the client's making, with ClickHouse's code 36
// (BAD_ARGUMENTS).
func badRequest(format string, args ...any) error {
	return &failure{code: 36, err: fmt.Errorf(format, args...)}
}
