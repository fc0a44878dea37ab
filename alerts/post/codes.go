package post

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/rollcall-dev/rollcall/alerts"
)

// Codes tells how a service that answers 200 says in the body what became of a message: the names of the fields with
// the code and its text, for which codes to wait and how long, and which are mistakes, with what to do about them. Code
// 0 is success; one that is in neither may pass.
type Codes struct {
	Code, Text string
	Busy       map[int64]time.Duration
	Mistakes   map[int64]string
}

// Judge reads an answer.
func (p *Poster) Judge(answer []byte, codes Codes) error {
	var fields map[string]json.RawMessage
	var code *int64
	var text string
	err := json.Unmarshal(answer, &fields)
	if err == nil {
		_ = json.Unmarshal(fields[codes.Text], &text)
		err = json.Unmarshal(fields[codes.Code], &code)
	}
	if err != nil || code == nil {
		return p.Fail(fmt.Errorf("its answer has no %s, is this the service's own address?%s", codes.Code, p.Excerpt(answer)))
	}
	if *code == 0 {
		return nil
	}
	err = fmt.Errorf("it answered %s %d%s", codes.Code, *code, p.Excerpt([]byte(text)))
	if after, ok := codes.Busy[*code]; ok {
		return alerts.Busy(p.Fail(err), after)
	}
	if advice, ok := codes.Mistakes[*code]; ok {
		if advice != "" {
			err = fmt.Errorf("%w; %s", err, advice)
		}
		return alerts.Mistake(p.Fail(err))
	}
	return p.Fail(err)
}
