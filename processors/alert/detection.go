package alert

import "github.com/rollcall-dev/rollcall/schemas/actionpb"

// The kinds of alerts.
const (
	LeaveSpike    = "leave_spike"
	ActivityDrop  = "activity_drop"
	ActivitySurge = "activity_surge"
	AtRiskSpike   = "at_risk_spike"
	ChurnSpike    = "churn_spike"
	KolAtRisk     = "kol_at_risk"
	Test          = "test"
)

// The causes that are not the members'.
const (
	PlatformOutage = "platform_outage"
	PublicHoliday  = "holiday"
)

// Detection is what a detector says at one look. All instants are Unix milliseconds of stream time.
type Detection struct {
	Kind string
	At   int64 // of the look
	// Over: the kind is back to normal. Nothing else but Kind and At is set.
	Over bool

	Start  int64 // since when it is unusual
	Window int64 // how much time the counts cover, milliseconds; 0 is a day's entries, seven days a week's

	// Expected and Observed are of the whole community or, if Within, of the first segment. They are active members (a mean
	// per hour where Window is longer than that), leaves, or entries.
	Expected, Observed float64
	Within             bool
	Probability        float64

	Cause, CauseName string
	Segments         []*actionpb.AlertSegment // that hold the excess
	Members          []*actionpb.AlertMember  // to contact first; the caller of Detect knows them
}
