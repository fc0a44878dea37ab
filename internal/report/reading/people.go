package reading

import (
	"context"
	"strconv"

	"github.com/rollcall-dev/rollcall/internal/report"
)

// Lengths of lists.
const (
	mostContributors = 10
	mostRising       = 5
	mostHelpers      = 5
	mostSlipping     = 12
	mostLost         = 6
	mostDependents   = 3
	mostUnanswered   = 8
)

func limited(n int) map[string]string { return map[string]string{"most": strconv.Itoa(n)} }

// contributors reads who did most, by the weights of the engagement score. Bots are not thanked.
func (r *reader) contributors(ctx context.Context) error {
	return r.each(ctx, `SELECT member, sum(<weight>) AS score, toFloat64(count()),
			toFloat64(countIf(kind IN ('post', 'comment', 'answer', 'message', 'react', 'share', 'mention', 'vote', 'attend', 'invite', 'feedback'))) AS contributed,
			toFloat64(uniqExactIf(toDate(time, {zone:String}), <active>))
		FROM rollcall.actions FINAL
		WHERE <week> AND member NOT IN (SELECT member FROM rollcall.members_activity FINAL WHERE <of> AND is_bot = 1)
		GROUP BY member HAVING score > 0 AND contributed > 0 ORDER BY score DESC, member LIMIT {most:UInt32}`, limited(mostContributors), func(got row) {
		r.out.Contributors = append(r.out.Contributors, report.Contributor{Member: got.text(0), Score: got.number(1), Actions: got.number(2), Contributions: got.number(3), Days: got.number(4)})
	})
}

// ranking is the newest of the board current that the week has seen.
const ranking = `(SELECT max(as_of) FROM rollcall.kols FINAL WHERE <of> AND board = 'current' AND as_of <= {end:DateTime64(3, 'UTC')})`

// rising reads who gained most places, if there was a ranking in the week.
func (r *reader) rising(ctx context.Context) error {
	return r.each(ctx, `SELECT member, toFloat64(rank), toFloat64(endorsers), rank_change
		FROM rollcall.kols FINAL
		WHERE <of> AND board = 'current' AND as_of = `+ranking+` AND as_of > {start:DateTime64(3, 'UTC')} AND (rank_change > 0 OR rank_change IS NULL AND rank <= 20)
		ORDER BY rank_change DESC NULLS LAST, rank LIMIT {most:UInt32}`, limited(mostRising), func(got row) {
		r.out.Rising = append(r.out.Rising, report.Leader{Member: got.text(0), Rank: got.number(1), Endorsers: got.number(2), Gained: got.number(3)})
	})
}

// helpers reads which newcomers replied to others at once.
func (r *reader) helpers(ctx context.Context) error {
	return r.each(ctx, `SELECT member, toFloat64(count()) AS replies, toFloat64(uniqExact(target)) AS people, toFloat64(countIf(kind = 'answer'))
		FROM rollcall.actions FINAL
		WHERE <week> AND kind IN ('comment', 'answer', 'message') AND target != '' AND target != member AND member IN (<newcomers>)
			AND member NOT IN (SELECT member FROM rollcall.members_activity FINAL WHERE <of> AND is_bot = 1)
		GROUP BY member ORDER BY people DESC, replies DESC, member LIMIT {most:UInt32}`, limited(mostHelpers), func(got row) {
		r.out.Helpers = append(r.out.Helpers, report.Helper{Member: got.text(0), Replies: got.number(1), Members: got.number(2), Answers: got.number(3)})
	})
}

// slipping reads who became at risk in the week and still is at its end, the most engaged first. The score is the published
// one's formula, as of the week's end; what is older than 90 days adds less than a thousandth of it.
func (r *reader) slipping(ctx context.Context) error {
	return r.each(ctx, `WITH entered AS (
			SELECT member, max(time) AS since, argMax(to_state, time) AS state, argMax(reasons, time) AS reasons
			FROM rollcall.churn_transitions FINAL WHERE <of> AND time < {end:DateTime64(3, 'UTC')} GROUP BY member
			HAVING state = 'at_risk' AND since >= {start:DateTime64(3, 'UTC')})
		SELECT e.member, a.score AS score, toUnixTimestamp64Milli(e.since), toUnixTimestamp64Milli(a.seen),
			arrayMap(x -> JSONExtractString(x, 'en'), JSONExtractArrayRaw(e.reasons)), arrayMap(x -> JSONExtractString(x, 'zh'), JSONExtractArrayRaw(e.reasons))
		FROM entered AS e
		LEFT JOIN (
			SELECT member, sum(<weight> * exp2(-dateDiff('millisecond', time, {end:DateTime64(3, 'UTC')}) / 604800000)) AS score, maxIf(time, <active>) AS seen
			FROM rollcall.actions FINAL
			WHERE <of> AND late = 0 AND <before end> AND time >= {end:DateTime64(3, 'UTC')} - INTERVAL 90 DAY AND member IN (SELECT member FROM entered)
			GROUP BY member) AS a ON a.member = e.member
		ORDER BY score DESC, e.member`, nil, func(got row) {
		if len(r.out.Slipping) == mostSlipping {
			r.out.MoreSlipping++
			return
		}
		s := report.Slipping{Member: got.text(0), Score: got.number(1), Since: got.time(2, r.out.Zone), Seen: got.time(3, r.out.Zone)}
		en, _ := got[4].([]string)
		zh, _ := got[5].([]string)
		for i := range min(len(en), len(zh)) {
			if en[i] != "" { // the terms of the risk have no words
				s.Why = append(s.Why, report.Text{EN: en[i], ZH: zh[i]})
			}
		}
		r.out.Slipping = append(r.out.Slipping, s)
	})
}

// lost reads which of the first twenty leaders are at risk, or churned or left in the week.
func (r *reader) lost(ctx context.Context) error {
	return r.each(ctx, `WITH
			ranked AS (SELECT member, rank, as_of FROM rollcall.kols FINAL WHERE <of> AND board = 'current' AND as_of = `+ranking+` AND rank <= 20),
			states AS (
				SELECT member, argMax(to_state, time) AS state, max(time) AS since FROM rollcall.churn_transitions FINAL
				WHERE <of> AND time < {end:DateTime64(3, 'UTC')} AND member IN (SELECT member FROM ranked) GROUP BY member),
			tied AS (
				SELECT kol, count() AS n, arraySlice(arrayMap(x -> x.2, arraySort(groupArray((-share, member)))), 1, {most:UInt32}) AS names
				FROM rollcall.kol_dependents FINAL WHERE <of> AND as_of IN (SELECT as_of FROM ranked) GROUP BY kol)
		SELECT l.member, toFloat64(l.rank) AS place, toString(s.state), toUnixTimestamp64Milli(s.since), toFloat64(t.n), t.names
		FROM ranked AS l JOIN states AS s ON s.member = l.member LEFT JOIN tied AS t ON t.kol = l.member
		WHERE s.state = 'at_risk' OR s.state IN ('churned', 'left') AND s.since >= {start:DateTime64(3, 'UTC')}
		ORDER BY place LIMIT {leaders:UInt32}`, map[string]string{"most": strconv.Itoa(mostDependents), "leaders": strconv.Itoa(mostLost)}, func(got row) {
		l := report.LostLeader{Member: got.text(0), Rank: got.number(1), State: got.text(2), Since: got.time(3, r.out.Zone), Dependent: got.number(4)}
		l.Dependents, _ = got[5].([]string)
		r.out.Lost = append(r.out.Lost, l)
	})
}

// asked are the posts and feedback of eight weeks, and whether somebody else replied to them so far.
const asked = `(
	SELECT author, what, place, object, at, arrayExists(x -> x != author, who) AS answered
	FROM (
		SELECT object, argMin(member, (time, id)) AS author, argMin(toString(kind), (time, id)) AS what, argMin(toString(channel), (time, id)) AS place, min(time) AS at
		FROM rollcall.actions FINAL
		WHERE <of> AND late = 0 AND kind IN ('post', 'feedback') AND object != '' AND <before end> AND time >= {start:DateTime64(3, 'UTC')} - INTERVAL 49 DAY
		GROUP BY object) AS p
	LEFT JOIN (
		SELECT object, groupUniqArray(2)(member) AS who FROM rollcall.actions FINAL
		WHERE <of> AND late = 0 AND kind IN ('comment', 'answer', 'message', 'feedback_resolved') AND object != '' AND time >= {start:DateTime64(3, 'UTC')} - INTERVAL 49 DAY
		GROUP BY object) AS r ON r.object = p.object)`

// unanswered reads the posts and feedback of the week to which nobody else has replied so far. It says nothing where replies
// do not name what they reply to: then nothing of eight weeks was answered.
func (r *reader) unanswered(ctx context.Context) error {
	err := r.each(ctx, `SELECT toInt64(countIf(answered)) FROM `+asked, nil, func(got row) { r.out.AnswersKnown = got.whole(0) > 0 })
	if err != nil || !r.out.AnswersKnown {
		return err
	}
	return r.each(ctx, `SELECT author, what, place, object, toUnixTimestamp64Milli(at) FROM `+asked+`
		WHERE NOT answered AND at >= {start:DateTime64(3, 'UTC')} ORDER BY at, object`, nil, func(got row) {
		if len(r.out.Unanswered) == mostUnanswered {
			r.out.MoreAsked++
			return
		}
		r.out.Unanswered = append(r.out.Unanswered, report.Unanswered{Member: got.text(0), Kind: got.text(1), Channel: got.text(2), Object: got.text(3), Time: got.time(4, r.out.Zone)})
	})
}
