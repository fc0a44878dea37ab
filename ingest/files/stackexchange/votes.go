package stackexchange

import "github.com/rollcall-dev/rollcall/schemas"

// Types of votes in Votes.xml that say who gave what to whom.
const (
	voteAccepted    = 1
	voteFavourite   = 5
	voteBountyStart = 8
	voteBountyClose = 9
)

const ( // attributes of Votes.xml
	voteID = iota
	votePost
	voteType
	voteCreated
	voteUser
)

func voteRow() *attributes { return want("Id", "PostId", "VoteTypeId", "CreationDate", "UserId") }

// bounty is one offer, and who won it.
type bounty struct {
	id, user, question int64
	from               int64 // when it was offered, Unix milliseconds
	won                int64 // the answer; 0 while there is none
	at                 int64 // when it was won
}

func (d *reader) vote(row *attributes) *schemas.Rejection {
	kind, _ := number(row.get(voteType))
	switch kind {
	case voteAccepted, voteFavourite, voteBountyStart, voteBountyClose:
	default:
		d.counts.ignore("up-votes, down-votes and others that the dump gives nobody")
		return nil
	}
	id, day, r := d.key(row, voteID, voteCreated)
	if r != nil {
		return r
	}
	user, _ := number(row.get(voteUser))
	about, _ := number(row.get(votePost))
	p := d.posts[about]
	switch kind {
	case voteAccepted:
		d.acceptedVotes[about] = true
		return d.acceptance("vote-", id, d.posts[p.parent], about, p, within(day, p.created))
	case voteFavourite:
		d.action = schemas.Action{Kind: schemas.KindVote, Time: within(day, p.created), Value: 1, HasValue: true,
			Channel: d.channel(p)}
		return d.emit("favourites", "vote-", id, user, about, p.owner)
	case voteBountyStart:
		d.bounties = append(d.bounties, bounty{id: id, user: user, question: about, from: within(day, p.created)})
	case voteBountyClose:
		d.awards = append(d.awards, bounty{id: id, question: p.parent, won: about, at: within(day, p.created)})
	}
	return nil
}

// award emits the bounties, once all their rows are known: the row that closes one names the answer, not the giver.
func (d *reader) award() {
	offers := map[int64][]int{} // by question
	for i, b := range d.bounties {
		offers[b.question] = append(offers[b.question], i)
	}
	for _, w := range d.awards {
		best := -1
		for _, i := range offers[w.question] {
			b := d.bounties[i]
			if b.won == 0 && b.from <= w.at && (best < 0 || b.from >= d.bounties[best].from) {
				best = i
			}
		}
		if best < 0 {
			d.counts.without("bounties")
			continue
		}
		d.bounties[best].won, d.bounties[best].at = w.won, w.at
	}
	for _, b := range d.bounties {
		about, at := b.question, b.from
		if b.won != 0 {
			about, at = b.won, b.at
		}
		p := d.posts[about]
		d.action = schemas.Action{Kind: schemas.KindVote, Time: at, Value: 3, HasValue: true, Channel: d.channel(p)}
		// A bounty's row is long gone, so what would be wrong with it has no bytes to show; its time and post were
		// looked at with the others.
		_ = d.emit("bounties", "vote-", b.id, b.user, about, p.owner)
	}
}

const dayLength = 24 * 60 * 60 * 1000

// within puts something of which only the day is known at a post's creation when that is on the same day: nobody votes
// for what is not there yet.
func within(day, created int64) int64 {
	if day < created && created-day < dayLength {
		return created
	}
	return day
}
