// Package stackexchange turns a data dump of a Stack Exchange site into actions, without any of its text.
//
// A dump enters as [Dump], the paths of its files (Posts.xml and, where there are, Votes.xml, Comments.xml, Badges.xml,
// PostHistory.xml; compressed or not); actions and rows that cannot be read leave by [Sink], rows that are nobody's
// action leave as [Counts]. It reads Posts twice: who owns a post, and what it belongs to, must be known first.
//
//   - a question is a post; an answer is an answer to its asker; a comment is a comment to the owner of what it is under
//   - an accepted answer is a vote of 3 by the asker for the answerer; a bounty is a vote of 3 by who offered it for the
//     owner of the answer that won it, or of the question while none did; a favourite (bookmark) is a vote of 1
//   - a badge is a reward to who earned it
//   - a post closed or deleted by others is a violation by its owner, who is the one it tells something about; deleting
//     one's own post is none
//
// The object is the post acted on (of an answer, its question; of a badge, its name), the channel the question's first
// tag, ids are the dump's own (post-1, comment-9, vote-7, badge-3, history-5). A vote has only a day: it is put at the
// post's own time when that is the same day, so that it never comes before. User -1, the site's own robot, is marked a
// bot. Up- and down-votes carry nobody, and are counted only. It refuses folders without Posts.xml.
package stackexchange
