package feishu

import (
	"strings"
	"testing"
	"time"

	"github.com/rollcall-dev/rollcall/alerts"
	"github.com/rollcall-dev/rollcall/alerts/alerttest"
)

func open(address string) (alerts.Channel, error) {
	c, err := New(address, "s3cr3t")
	if err == nil {
		c.now = func() time.Time { return time.Unix(1772438700, 0) }
	}
	return c, err
}

func TestPayloads(t *testing.T) {
	// That every text is a plain_text is in the schema.
	alerttest.Payloads(t, alerttest.Service{Open: open, OK: `{"code":0,"msg":"success","data":{}}`, Schema: "feishu.schema.json", Most: mostBody})
}

// What the documentation's program in Go, Python and Java computes for these: the text is the key, the message empty.
func TestSignature(t *testing.T) {
	if got := sign("1599360473", "demo"); got != "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=" {
		t.Error(got)
	}
}

func TestAnswers(t *testing.T) {
	alerttest.Answers(t, open, map[string]alerttest.Meaning{
		`{"StatusCode":0,"StatusMessage":"success","code":0,"data":{},"msg":"success"}`: {Sent: true},
		`{"code":11232,"msg":"frequency limited psm[lark.oapi.app_platform_runtime]"}`:  {After: 60},
		`{"code":19021,"msg":"sign match fail or timestamp is not within one hour"}`:    {Permanent: true},
		`{"code":19024,"msg":"Key Words Not Found"}`:                                    {Permanent: true},
		`{"code":9499,"msg":"Bad Request","data":{}}`:                                   {Permanent: true},
		`{"code":1500,"msg":"internal error"}`:                                          {},
		`<html>proxy</html>`:                                                            {},
		`{"msg":"no code"}`:                                                             {},
		`{"code":null}`:                                                                 {}, `{"code":"0"}`: {},
	})
}

func TestWithoutASecretNothingIsSigned(t *testing.T) {
	r := alerttest.Serve(t, 200, `{"code":0}`)
	c, err := New(r.URL, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Send(t.Context(), alerttest.Message("zh", alerttest.Alert("opened"))); err != nil {
		t.Fatal(err)
	}
	body := r.Take()[0].Body
	alerttest.Fits(t, alerttest.Schema(t, "feishu.schema.json"), body)
	if strings.Contains(string(body), "sign") {
		t.Errorf("%s", body)
	}
}
