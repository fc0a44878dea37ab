package outbox

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/rollcall-dev/rollcall/alerts"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

func weekReport(week string, age time.Duration) *actionpb.Alert {
	a := alert(week, 1, "open")
	a.Kind, a.Severity, a.Updated = alerts.WeeklyReport, "info", time.Now().Add(-age).UnixMilli()
	return a
}

// A week's report goes to who asked for it, whatever alerts that receiver wants, once, and leaves nothing behind.
func TestWeeklyReports(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, weekly, plain, foreign := newMemory(), &inbox{}, &inbox{}, &inbox{}
		r := Receiver{Name: "weekly", Channel: weekly, Weekly: true, Kinds: []string{"churn_spike"}, Severity: "critical", MaxAge: time.Hour}
		_, stop := begin(t, log, r, Receiver{Name: "plain", Channel: plain}, Receiver{Name: "foreign", Channel: foreign, Weekly: true, Communities: []string{"other"}})
		log.append(weekReport("w1", 4*24*time.Hour), weekReport("w2", 2*24*time.Hour), weekReport("w3", 0), alert("a", 1, "open"), weekReport("w3", 0))
		pass(time.Minute)
		expect(t, "who wants it", weekly, "w2.1", "w3.1")
		expect(t, "who wants alerts", plain, "a.1")
		expect(t, "who wants another community's", foreign)
		stop()
		log.append(weekReport("w3", 0), weekReport("w4", 0)) // made again by a process that started
		_, stop = begin(t, log, r)
		defer stop()
		pass(time.Minute)
		expect(t, "after a restart", weekly, "w2.1", "w3.1", "w4.1")
	})
}

func TestAReportIsOverOnceItIsSent(t *testing.T) {
	now := time.Now()
	q := newQueue(&Receiver{Name: "r", Weekly: true, Most: 1}, func(string) Place { return Place{} }, 0)
	q.recall(change{offset: 0, alert: weekReport("w1", 0), appended: now.UnixMilli()})
	q.take(change{offset: 1, alert: weekReport("w2", 0), appended: now.UnixMilli()}, now)
	q.sent(q.pick(now), now)
	if len(q.told) != 0 || len(q.waiting) != 0 || q.settled() != 2 {
		t.Errorf("told %v, %d wait, settled %d", q.told, len(q.waiting), q.settled())
	}
}
