package front

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/rollcall-dev/rollcall/internal/embedded/chdb/engine"
)

func TestExplain(t *testing.T) {
	for name, test := range map[string]struct {
		err          error
		code, status int
		text         string
	}{
		"engine":      {fmt.Errorf("x: %w", &engine.Error{Code: 60, Text: "Code: 60. DB::Exception: no table"}), 60, 404, "Code: 60. DB::Exception: no table"},
		"memory":      {&engine.Error{Code: 241, Text: "Code: 241. much"}, 241, 500, "Code: 241. much"},
		"timeout":     {&engine.Error{Code: 159, Text: "Code: 159. late"}, 159, 408, "Code: 159. late"},
		"own":         {badRequest("what is %q", "x"), 36, 400, `Code: 36. DB::Exception: what is "x"`},
		"queue":       {engine.ErrBusy, 202, 503, "Code: 202. DB::Exception: " + engine.ErrBusy.Error()},
		"closed":      {engine.ErrClosed, 202, 503, "Code: 202. DB::Exception: " + engine.ErrClosed.Error()},
		"client left": {fmt.Errorf("waiting: %w", context.Canceled), 394, 499, "Code: 394. DB::Exception: waiting: context canceled"},
		"torn":        {io.ErrUnexpectedEOF, 210, 400, "Code: 210. DB::Exception: unexpected EOF"},
		"anything":    {errors.New("odd"), 1002, 500, "Code: 1002. DB::Exception: odd"},
	} {
		code, status, text := explain(test.err)
		if code != test.code || status != test.status || text != test.text {
			t.Errorf("%s: %d, %d, %q", name, code, status, text)
		}
	}
	tail := string(exceptionTail("0123456789abcdef", errors.New("odd")))
	const want = "\r\n__exception__\r\n0123456789abcdef\r\nCode: 1002. DB::Exception: odd\n31 0123456789abcdef\r\n__exception__\r\n"
	if tail != want {
		t.Errorf("the tail is %q", tail)
	}
	if n := len("Code: 1002. DB::Exception: odd\n"); !strings.Contains(tail, fmt.Sprint("\n", n, " 0")) {
		t.Error("the length in the tail is not", n)
	}
}
