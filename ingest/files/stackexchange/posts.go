package stackexchange

import (
	"cmp"
	"strconv"

	"github.com/rollcall-dev/rollcall/schemas"
)

// Kinds of posts in Posts.xml.
const (
	question = 1
	answer   = 2
)

// post is what must be known of a post by the rows about it.
type post struct {
	created  int64 // Unix milliseconds
	owner    int64 // user id; 0 is nobody: a deleted user's posts carry only a name
	parent   int64 // of an answer, its question
	accepted int64 // of a question
	tag      uint32
	kind     uint8
}

const ( // attributes of Posts.xml
	postID = iota
	postType
	postCreated
	postOwner
	postParent
	postAccepted
	postTags
)

func postRow() *attributes {
	return want("Id", "PostTypeId", "CreationDate", "OwnerUserId", "ParentId", "AcceptedAnswerId", "Tags")
}

// index learns one row of Posts.
func (d *reader) index(row *attributes) *schemas.Rejection {
	id, created, r := d.key(row, postID, postCreated)
	if r != nil {
		return r
	}
	p := post{created: created}
	p.owner, _ = number(row.get(postOwner))
	p.parent, _ = number(row.get(postParent))
	p.accepted, _ = number(row.get(postAccepted))
	kind, _ := number(row.get(postType))
	p.kind = uint8(min(max(kind, 0), 255))
	if tag := firstTag(unescape(d.text, row.get(postTags))); len(tag) > 0 {
		n, ok := d.tagNumbers[string(tag)]
		if !ok {
			n = uint32(len(d.tags))
			d.tags = append(d.tags, string(tag))
			d.tagNumbers[string(tag)] = n
		}
		p.tag = n
	}
	d.posts[id] = p
	return nil
}

// firstTag reads "<one><two>" and, as newer dumps write it, "|one|two|".
func firstTag(b []byte) []byte {
	if len(b) < 2 {
		return nil
	}
	for i := 1; i < len(b); i++ {
		if b[i] == '>' || b[i] == '|' {
			return b[1:i]
		}
	}
	return nil
}

// channel returns the first tag of the question that the post is or belongs to.
func (d *reader) channel(p post) []byte {
	if p.kind == answer {
		p = d.posts[p.parent]
	}
	return append(d.tagText[:0], d.tags[p.tag]...)
}

// post emits one row of Posts, and what it says about an accepted answer when no vote did.
func (d *reader) post(row *attributes) *schemas.Rejection {
	id, created, r := d.key(row, postID, postCreated)
	if r != nil {
		return nil // refused when it was indexed
	}
	p := d.posts[id]
	d.action = schemas.Action{Kind: schemas.KindPost, Time: created, Channel: d.channel(p)}
	switch p.kind {
	case question:
		r = d.emit("questions", "post-", id, p.owner, id, 0)
		if best, ok := d.posts[p.accepted]; ok && !d.acceptedVotes[p.accepted] {
			r = cmp.Or(r, d.acceptance("accepted-", p.accepted, p, p.accepted, best, best.created))
		}
	case answer:
		d.action.Kind = schemas.KindAnswer
		r = d.emit("answers", "post-", id, p.owner, p.parent, d.posts[p.parent].owner)
	default:
		d.counts.ignore("posts that are neither questions nor answers (tag wikis and the like)")
	}
	return r
}

// acceptance emits the vote of q's asker for an answer.
func (d *reader) acceptance(prefix string, id int64, q post, answerID int64, best post, time int64) *schemas.Rejection {
	d.action = schemas.Action{Kind: schemas.KindVote, Time: time, Value: 3, HasValue: true, Channel: d.channel(best)}
	return d.emit("accepted answers", prefix, id, q.owner, answerID, best.owner)
}

const ( // attributes of Comments.xml
	commentID = iota
	commentPost
	commentCreated
	commentUser
)

func commentRow() *attributes { return want("Id", "PostId", "CreationDate", "UserId") }

func (d *reader) comment(row *attributes) *schemas.Rejection {
	id, created, r := d.key(row, commentID, commentCreated)
	if r != nil {
		return r
	}
	user, _ := number(row.get(commentUser))
	under, _ := number(row.get(commentPost))
	p := d.posts[under]
	d.action = schemas.Action{Kind: schemas.KindComment, Time: created, Channel: d.channel(p)}
	return d.emit("comments", "comment-", id, user, under, p.owner)
}

const ( // attributes of Badges.xml
	badgeID = iota
	badgeUser
	badgeName
	badgeDate
)

func badgeRow() *attributes { return want("Id", "UserId", "Name", "Date") }

func (d *reader) badge(row *attributes) *schemas.Rejection {
	id, date, r := d.key(row, badgeID, badgeDate)
	if r != nil {
		return r
	}
	user, _ := number(row.get(badgeUser))
	d.action = schemas.Action{Kind: schemas.KindReward, Time: date, Object: unescape(d.text, row.get(badgeName))}
	return d.emit("badges", "badge-", id, user, 0, 0)
}

const ( // attributes of PostHistory.xml
	historyID = iota
	historyType
	historyPost
	historyCreated
	historyUser
)

func historyRow() *attributes {
	return want("Id", "PostHistoryTypeId", "PostId", "CreationDate", "UserId")
}

// Events of a post's history that are a violation by its owner.
const (
	historyClosed  = "10"
	historyDeleted = "12"
)

func (d *reader) history(row *attributes) *schemas.Rejection {
	kind := string(row.get(historyType))
	if kind != historyClosed && kind != historyDeleted {
		d.counts.ignore("edits and other history of posts")
		return nil
	}
	id, created, r := d.key(row, historyID, historyCreated)
	if r != nil {
		return r
	}
	about, _ := number(row.get(historyPost))
	by, _ := number(row.get(historyUser))
	p := d.posts[about]
	if p.owner != 0 && p.owner == by {
		d.counts.ignore("posts that their own owner closed or deleted")
		return nil
	}
	d.action = schemas.Action{Kind: schemas.KindViolation, Time: created, Channel: d.channel(p)}
	return d.emit("closed or deleted posts", "history-", id, p.owner, about, 0)
}

// number reads an id. User -1 is the site's own robot.
func number(b []byte) (int64, bool) {
	if len(b) == 0 {
		return 0, false
	}
	n, err := strconv.ParseInt(string(b), 10, 64)
	return n, err == nil
}
