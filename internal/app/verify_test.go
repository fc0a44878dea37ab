package app

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestVerify(t *testing.T) {
	in := start(t, t.TempDir())
	if _, err := in.Verify(t.Context(), "nobody"); err == nil || !strings.Contains(err.Error(), "and no other") {
		t.Errorf("without any community: %v", err)
	}
	in.set(CommunitySetting{Community: "empty", TimeZone: "Asia/Shanghai"})
	if r, err := in.Verify(t.Context(), "empty"); err != nil || r.Rows() != 0 || r.Different() != 0 {
		t.Errorf("a community without actions: %+v, %v", r, err)
	}
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	in.set(CommunitySetting{Community: "club", TimeZone: "Australia/Lord_Howe", Clock: "data"})
	in.send(action("club", "ada", at, ""), action("club", "lin", at.AddDate(0, 0, 9), `,"properties":{"is_bot":true},"channel":"b"`))
	in.verify("club", "Australia/Lord_Howe") // it waits by itself
	if status, body := in.do(http.MethodPost, "/api/verify", `{"community":"nobody"}`, nil); status != http.StatusNotFound || !strings.Contains(string(body), "there are: club, empty") {
		t.Errorf("an unknown community: %d %s", status, body)
	}
	if status, _ := in.do(http.MethodPost, "/api/verify", `{"community":"club"}`, map[string]string{"Authorization": ""}); status != http.StatusUnauthorized {
		t.Errorf("without the token: %d", status)
	}
	if err := in.db.Exec(t.Context(), "INSERT INTO rollcall.member_days (community, member, day, actions) VALUES ('club', 'eve', '2026-03-02', 1)"); err != nil {
		t.Fatal(err)
	}
	r, err := in.Verify(t.Context(), "club")
	if err != nil || r.Different() != 1 || !strings.Contains(r.Summary(), ", 1 different (as of 2026-03-10 12:00 UTC)") {
		t.Errorf("a stray row: %s, %v", r.Summary(), err)
	}
}

// What comes in while one looks is no difference.
func TestVerifyALiveCommunity(t *testing.T) {
	in := start(t, t.TempDir())
	in.send(action("live", "ada", time.Now(), ""))
	ctx, cancel := context.WithCancel(t.Context())
	sent := make(chan int)
	go func() {
		n := 0
		for ; ctx.Err() == nil; n++ {
			one := json.RawMessage(action("live", fmt.Sprintf("m%d", n%7), time.Now(), `,"channel":"general"`))
			if err := in.call(ctx, http.MethodPost, "/v1/actions", one, nil); err != nil && ctx.Err() == nil {
				t.Error(err)
				break
			}
		}
		sent <- n
	}()
	r, err := in.Verify(t.Context(), "live")
	cancel()
	n := <-sent
	if err != nil || r.Different() > 0 || n < 10 {
		t.Errorf("%d sent meanwhile: %s, %v", n, r.Summary(), err)
	}
	for _, table := range r.Tables {
		for _, d := range table.Differences {
			t.Error(d)
		}
	}
	in.verify("live", "")
}
