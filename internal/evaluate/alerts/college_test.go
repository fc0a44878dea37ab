package alerts_test

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/rollcall-dev/rollcall/internal/testkit"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// collegeMessages returns the private messages of a college's online community (CollegeMsg), one a call, in their order.
func collegeMessages(t *testing.T) (from, to time.Time, next func(*schemas.Action) bool) {
	t.Helper()
	root := os.Getenv("ROLLCALL_DATASETS")
	if root == "" {
		t.Skip("ROLLCALL_DATASETS names no folder of data sets")
	}
	file, err := os.Open(filepath.Join(root, "collegemsg", "CollegeMsg.txt.gz"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	unpacked, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	lines, line := bufio.NewScanner(unpacked), 0
	next = func(a *schemas.Action) bool {
		if !lines.Scan() {
			if lines.Err() != nil {
				t.Fatal(lines.Err())
			}
			return false
		}
		line++
		f := strings.Fields(lines.Text())
		seconds, err := strconv.ParseInt(f[2], 10, 64)
		if err != nil {
			t.Fatalf("line %d: %v", line, err)
		}
		*a = schemas.Action{Version: schemas.Version, Kind: schemas.KindMessage, Community: []byte("college"), ID: fmt.Append(nil, line),
			Member: []byte(f[0]), Target: []byte(f[1]), Time: seconds * 1000, Received: seconds * 1000}
		return true
	}
	return time.Date(2004, 4, 15, 0, 0, 0, 0, time.UTC), time.Date(2004, 10, 27, 0, 0, 0, 0, time.UTC), next
}

// The term ends early in June 2004, and most do not come back. That they are slipping away is told before they count as
// churned; in the last weeks of the term, which are the first of the community, nothing is.
func TestCollegeTellsOfRiskBeforeChurn(t *testing.T) {
	testkit.Alone(t)
	from, to, next := collegeMessages(t)
	settings := &actionpb.Settings{Community: "college", TimeZone: "America/Los_Angeles"}
	opened := map[string]time.Time{}
	for _, a := range fold(t, settings, from, to, next, 2, fastTicks) {
		t.Logf("%s of %s", a.Kind, a.Opened.Format(time.DateOnly))
		if _, known := opened[a.Kind]; !known {
			opened[a.Kind] = a.Opened
		}
	}
	risk, churned := opened["at_risk_spike"], opened["churn_spike"]
	if risk.IsZero() || !churned.IsZero() && !risk.Before(churned) {
		t.Errorf("at_risk_spike %v, churn_spike %v", risk, churned)
	}
	if june := time.Date(2004, 6, 1, 0, 0, 0, 0, time.UTC); risk.Before(june) {
		t.Errorf("at_risk_spike %v, while the term goes on", risk)
	}
}
