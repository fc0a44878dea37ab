package schemas

import "fmt"

// epochShift leaves the low bits of a row's version to the offset that produced it.
const epochShift = 48

// RowVersion is the version of a row that the record before offset next produced, in the epoch of its community: a
// rebuild's rows win over all that were there before.
func RowVersion(epoch uint32, next int64) uint64 { return uint64(epoch)<<epochShift | uint64(next) }

// Move makes the rows of a rebuild the community's own (ADR 9): those staged under [Staging] get its name, and rows of
// earlier epochs go.
type Move struct {
	Community string
	Epoch     uint32
}

// Oldest is the least version that stays.
func (m Move) Oldest() uint64 { return RowVersion(m.Epoch, 0) }

// Staging is the name under which a rebuild's rows wait. No community can have it.
func Staging(community string, epoch uint32) string { return fmt.Sprintf("%s@%d", community, epoch) }

// MovedTables are those that a rebuild writes anew: all that folds write, but rejected. Of actions only what was restated
// is moved, over the rows that are there, and none of these goes.
func MovedTables() []string {
	return []string{TableActions, TableActivity, TableActivityDays, TableCommunityDays, TableLifecycle, TableRetention, TableStickiness,
		TableActiveHours, TableMembersActivity, TableMembersChurn, TableMembersKOL, TableMemberDays, TableChurnTransitions, TableChurnDays,
		TableChurnModels, TableKOLs, TableKOLDependents, TableClusters, TableAlerts, TableCommunities}
}
