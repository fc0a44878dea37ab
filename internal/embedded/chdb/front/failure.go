package front

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"github.com/rollcall-dev/rollcall/internal/embedded/chdb/engine"
)

// failure is an error of the front itself under a ClickHouse code.
type failure struct {
	code   int
	status int // 0: the one ClickHouse gives to the code
	err    error
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

// ClickHouse's codes that the front uses itself.
const (
	codeSyntax      = 62
	codeReadOnly    = 164
	codeTooLarge    = 229
	codeTooMany     = 202
	codeTorn        = 210 // NETWORK_ERROR
	codeCancelled   = 394
	codeUnknown     = 1002
	statusClientOff = 499
)

// explain gives an error its ClickHouse code, HTTP status and text. The text
// begins with "Code: n." because that is where clients look for the code.
func explain(err error) (code, status int, text string) {
	var fromEngine *engine.Error
	var own *failure
	switch {
	case errors.As(err, &fromEngine):
		return fromEngine.Code, statusOf(fromEngine.Code), fromEngine.Text
	case errors.As(err, &own):
		code, status = own.code, own.status
	case errors.Is(err, engine.ErrBusy), errors.Is(err, engine.ErrClosed):
		code, status = codeTooMany, http.StatusServiceUnavailable
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		code, status = codeCancelled, statusClientOff
	case errors.Is(err, io.ErrUnexpectedEOF):
		code, status = codeTorn, http.StatusBadRequest
	default:
		code = codeUnknown
	}
	if status == 0 {
		status = statusOf(code)
	}
	return code, status, fmt.Sprintf("Code: %d. DB::Exception: %v", code, err)
}

// statusOf is ClickHouse's own table (exceptionCodeToHTTPStatus.cpp).
func statusOf(code int) int {
	switch code {
	case 194:
		return http.StatusUnauthorized
	case 192, 193, 497, 512, 516:
		return http.StatusForbidden
	case 6, 8, 15, 25, 26, 27, 36, 37, 38, 41, 44, 53, 62, 72, 117, 123, 167, 168, 223, 321, 376, 427, 441, 675, 676:
		return http.StatusBadRequest
	case 46, 47, 50, 56, 60, 63, 73, 78, 81, 115, 152, 336, 511:
		return http.StatusNotFound
	case codeTooLarge:
		return http.StatusRequestEntityTooLarge
	case 48:
		return http.StatusNotImplemented
	case 76, 209, 439:
		return http.StatusServiceUnavailable
	case 381:
		return http.StatusLengthRequired
	case 779:
		return http.StatusUnsupportedMediaType
	case 159:
		return http.StatusRequestTimeout
	}
	return http.StatusInternalServerError
}

// fail answers with an exception while the headers can still be set.
func fail(w http.ResponseWriter, err error) {
	code, status, text := explain(err)
	h := w.Header()
	h.Del("Content-Encoding")
	h.Set("X-ClickHouse-Exception-Code", strconv.Itoa(code))
	h.Set("Content-Type", "text/plain; charset=UTF-8")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text+"\n") // the client may be gone already
}

// exceptionTail is how ClickHouse reports a failure after the first bytes of a
// result have left: a block that begins with the tag sent in the headers.
func exceptionTail(tag string, err error) []byte {
	_, _, text := explain(err)
	return fmt.Appendf(nil, "\r\n__exception__\r\n%s\r\n%s\n%d %s\r\n__exception__\r\n", tag, text, len(text)+1, tag)
}
