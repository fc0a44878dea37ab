package schemas

// Topics of Kafka.
const (
	TopicActions  = "rollcall.actions"  // key community|member; the log everything is computed from
	TopicRejected = "rollcall.rejected" // key digest of source and bytes
	TopicSignals  = "rollcall.signals"  // key community
	TopicAlerts   = "rollcall.alerts"   // key community
	TopicSettings = "rollcall.settings" // one partition; communities and write keys, newest record of a key wins
)

// Database and tables of the read model. Columns are named in rows.go, beside the types they carry.
const (
	Database        = "rollcall"
	TableActions    = "actions"
	TableRejected   = "rejected"
	TableActivity   = "activity"
	TableMembers    = "members" // a view of the next three
	TableMemberDays = "member_days"

	TableMembersActivity = "members_activity" // what the members stage says of a member
	TableMembersChurn    = "members_churn"    // what the communities stage does
	TableMembersKOL      = "members_kol"      // and what its graph does

	TableActivityDays  = "activity_days"
	TableCommunityDays = "community_days"
	TableLifecycle     = "lifecycle"
	TableRetention     = "retention"
	TableStickiness    = "stickiness"
	TableActiveHours   = "active_hours"
	TableCommunities   = "communities"

	TableChurnTransitions = "churn_transitions"
	TableChurnDays        = "churn_days"
	TableChurnModels      = "churn_models"

	TableKOLs          = "kols"
	TableKOLDependents = "kol_dependents"
	TableClusters      = "clusters"
)

// Reason is why something was rejected (contract.md): a closed set, so that it can be a metric's label.
type Reason string

// The reasons.
const (
	ReasonInvalidJSON        Reason = "invalid_json"
	ReasonMissingField       Reason = "missing_field"
	ReasonInvalidField       Reason = "invalid_field"
	ReasonUnknownCommunity   Reason = "unknown_community"
	ReasonTooLarge           Reason = "too_large"
	ReasonTimeInFuture       Reason = "time_in_future"
	ReasonUnsupportedVersion Reason = "unsupported_version"
)

// Reasons returns the closed set.
func Reasons() []Reason {
	return []Reason{ReasonInvalidJSON, ReasonMissingField, ReasonInvalidField, ReasonUnknownCommunity,
		ReasonTooLarge, ReasonTimeInFuture, ReasonUnsupportedVersion}
}

// Rejection says why one action or line was not accepted. Detail says what was expected, for a person.
type Rejection struct {
	Reason Reason
	Field  string
	Detail string
}

// Error makes a Rejection usable as an error inside a decoder.
func (r *Rejection) Error() string {
	if r.Field == "" {
		return string(r.Reason) + ": " + r.Detail
	}
	return string(r.Reason) + ": " + r.Field + ": " + r.Detail
}

// Record is a record on its way to Kafka. The key decides the partition, by the hash that Kafka's own clients use, so
// that every producer agrees.
type Record struct {
	Key, Value []byte
}

// Logged is a record as it stands on the log.
type Logged struct {
	Offset   int64
	Value    []byte
	Appended int64 // Unix milliseconds of whoever wrote it; no fold may look at it
}
