package schemas

import "github.com/rollcall-dev/rollcall/schemas/actionpb"

// Kind is what a member did, one of the closed set of metrics.md. Its numbers are those of action.proto.
type Kind uint8

// The kinds. KindCustom stands for every other name, which Action.Name keeps.
const (
	KindJoin Kind = iota + 1
	KindLeave
	KindVisit
	KindView
	KindPost
	KindComment
	KindAnswer
	KindMessage
	KindReact
	KindDownvote
	KindShare
	KindMention
	KindFollow
	KindInvite
	KindRegister
	KindAttend
	KindVote
	KindPurchase
	KindRefund
	KindSurvey
	KindFeedback
	KindFeedbackResolved
	KindReward
	KindRedeem
	KindReport
	KindViolation
	KindCustom
	kindEnd
)

// MaxWeight bounds a kind's weight in the engagement score.
const MaxWeight = 1000

// Kinds is one more than the greatest kind: the length of an array by kind.
const Kinds = int(kindEnd)

var kindNames = [kindEnd]string{
	"", "join", "leave", "visit", "view", "post", "comment", "answer", "message", "react", "downvote", "share",
	"mention", "follow", "invite", "register", "attend", "vote", "purchase", "refund", "survey", "feedback",
	"feedback_resolved", "reward", "redeem", "report", "violation", "custom",
}

var kindsByName = func() map[string]Kind {
	m := make(map[string]Kind, kindEnd)
	for k := KindJoin; k < kindEnd; k++ {
		m[kindNames[k]] = k
	}
	return m
}()

// KindOf returns the kind with that name, and KindCustom for every other name.
func KindOf(name []byte) Kind {
	if k, ok := kindsByName[string(name)]; ok {
		return k
	}
	return KindCustom
}

// Valid reports whether k is one of the closed set.
func (k Kind) Valid() bool { return k > 0 && k < kindEnd }

// String returns the kind's name, as users write it.
func (k Kind) String() string {
	if !k.Valid() {
		return "invalid"
	}
	return kindNames[k]
}

// Active reports whether an action of this kind makes its member active (metrics.md, Terms): every kind but what others
// do to a member, and leaving.
func (k Kind) Active() bool {
	return k.Valid() && k != KindLeave && k != KindReward && k != KindViolation
}

// Contributing reports whether an action of this kind makes its member contributing (metrics.md, Terms).
func (k Kind) Contributing() bool {
	switch k {
	case KindPost, KindComment, KindAnswer, KindMessage, KindReact, KindShare, KindMention, KindVote, KindAttend,
		KindInvite, KindFeedback:
		return true
	}
	return false
}

// The generated enum and ours must not drift apart.
var _ = [1]struct{}{}[int(actionpb.Kind_KIND_CUSTOM)-int(KindCustom)]
