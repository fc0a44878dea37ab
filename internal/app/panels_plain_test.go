package app

// fromActions are plain statements over the raw actions, by panel; the columns of each are compared, row by row. See fill for
// what stands for what.
var fromActions = map[string]string{
	// A window that ends at e covers [e − length, e); lengths beyond a day are calendar days.
	"headline": `
SELECT window, uniqExactIf(member, active AND inside) AS active_members, uniqExactIf(member, contributes AND inside) AS contributing_members,
       countIf(inside) AS actions, end AS time
FROM (
  SELECT *, time < end AND (window = '5m' AND time >= end - INTERVAL 5 MINUTE OR window = '1h' AND time >= end - INTERVAL 1 HOUR
      OR window = '24h' AND time >= end - INTERVAL 24 HOUR
      OR window = '7d' AND day >= toDate(toTimeZone(end, '<zone>')) - 7 OR window = '30d' AND day >= toDate(toTimeZone(end, '<zone>')) - 30) AS inside
  FROM (SELECT * FROM <acted> WHERE <by segment>) AS acted
  CROSS JOIN (
    SELECT window, max(time) AS end FROM rollcall.activity FINAL
    WHERE community = '<community>' AND dimension = '<dimension>' AND segment = '<segment>' AND time < <end of window> GROUP BY window) AS ends
)
GROUP BY window, end ORDER BY indexOf(['5m', '1h', '24h', '7d', '30d'], toString(window))`,

	"activity_days": `
SELECT <start> AS start, '<step>' AS interval, avg(d.dau) AS dau, avg(d.wau) AS wau, avg(d.mau) AS mau, avg(if(d.mau = 0, NULL, d.dau / d.mau)) AS stickiness_ratio
FROM (
  SELECT day, uniqExactIf(member, ago = 0) AS dau, uniqExactIf(member, ago < 7) AS wau, uniqExact(member) AS mau
  FROM (SELECT member, ago, at + ago AS day FROM (SELECT DISTINCT member, day AS at FROM <acted> WHERE active) ARRAY JOIN range(30) AS ago)
  GROUP BY day ORDER BY day <fill days>) AS d
WHERE <days> GROUP BY start ORDER BY start`,

	"lurkers": `
SELECT <start> AS start, '<step>' AS interval, avg(c) AS contributing_members, avg(a - c) AS lurkers
FROM (SELECT day, uniqExactIf(member, active) AS a, uniqExactIf(member, contributes) AS c FROM <acted> GROUP BY day ORDER BY day <fill days>)
WHERE <days> GROUP BY start ORDER BY start`,

	"actions_by_day": `
SELECT <start> AS start, '<step>' AS interval, count() AS actions FROM <acted> WHERE <days> AND <by segment> GROUP BY start ORDER BY start`,

	"top_members": `
SELECT some.member AS member, some.n AS actions, some.c AS contributions, some.d AS days, known.first AS first_seen, known.last AS last_seen
FROM (
  SELECT member, count() AS n, countIf(contributes) AS c, uniqExact(day) AS d FROM <acted> WHERE <days> AND <by segment>
  GROUP BY member ORDER BY n DESC, member LIMIT 20) AS some
JOIN (SELECT member, min(time) AS first, max(time) AS last FROM <acted> GROUP BY member) AS known ON known.member = some.member
ORDER BY actions DESC, member`,

	"active_hours": `
SELECT (toDayOfWeek(time, 0, '<zone>') - 1) * 24 + toHour(time, '<zone>') AS hour_of_week, count() AS actions
FROM <acted> WHERE time >= <from> AND time < <to> AND <by segment> GROUP BY hour_of_week ORDER BY hour_of_week`,

	"lifecycle": `
SELECT * FROM (
  SELECT start, '<interval>' AS interval, new, returning, resurrecting, dormant, new + returning + resurrecting AS active, if(earlier = 0, NULL, returning / earlier) AS period_over_period
  FROM (
    SELECT *, lagInFrame(new + returning + resurrecting, 1, 0) OVER (ORDER BY start) AS earlier
    FROM (
      SELECT start, sum(n) AS new, sum(r) AS returning, sum(z) AS resurrecting, sum(d) AS dormant
      FROM (
        SELECT start, toInt64(start = starts[1]) AS n, toInt64(n = 0 AND had = start - INTERVAL 1 <interval>) AS r, 1 - n - r AS z, 0 AS d
        FROM <starts> ARRAY JOIN starts AS start, arrayShiftRight(starts, 1) AS had
        UNION ALL
        SELECT start + INTERVAL 1 <interval>, 0, 0, 0, 1 FROM <starts> ARRAY JOIN starts AS start, arrayShiftLeft(starts, 1) AS has WHERE has != start + INTERVAL 1 <interval>)
      WHERE start <= <until start>
      GROUP BY start ORDER BY start WITH FILL FROM <since start> TO <until start> + INTERVAL 1 <interval> STEP INTERVAL 1 <interval>))
  WHERE start BETWEEN <first start> AND <last> ORDER BY start DESC LIMIT 400)
ORDER BY start`,

	// The newest interval of those before the one that is open, by the community's time or by the range's end.
	"stickiness": `
SELECT start, '<week or month>' AS interval, active_days, count() AS members
FROM (SELECT member, <start of week or month> AS start, uniqExact(day) AS active_days FROM <acted> WHERE active GROUP BY member, start)
WHERE start = (SELECT max(<start of week or month>) FROM <acted> WHERE active AND <start of week or month> < <open>)
GROUP BY start, active_days ORDER BY active_days`,

	"retention": `
SELECT cohort, '<interval>' AS interval, n, c.2 / c.1 AS share, c.1 AS cohort_size, c.2 AS n_day, c.3 AS unbounded, c.4 AS consecutive
FROM (` + cells + `)
WHERE n > 0 AND cohort BETWEEN <first start> AND <last>
  AND cohort IN (SELECT cohort FROM (` + cells + `) WHERE n = 1 AND cohort BETWEEN <first start> AND <last> ORDER BY cohort DESC LIMIT 24)
ORDER BY cohort, n`,

	"retention_curve": `
SELECT n, sum(c.2) / sum(c.1) AS n_day_share, sum(c.3) / sum(c.1) AS unbounded_share, sum(c.4) / sum(c.1) AS consecutive_share, sum(c.1) AS members
FROM (` + cells + `) WHERE cohort BETWEEN <first start> AND <last> GROUP BY n ORDER BY n`,

	"member_portrait": `
SELECT uniqExactIf(day, active) AS days, count() AS done, countIf(contributes) AS contributed, min(time) AS first_at, max(time) AS last_at,
       (SELECT risk FROM rollcall.members FINAL WHERE community = '<community>' AND member = '<member>') AS probability,
       (SELECT engagement / pow(2, greatest(0, toInt64(toUnixTimestamp64Milli(<now>)) - toUnixTimestamp64Milli(last_seen)) / (7 * 24 * 3600 * 1000))
        FROM rollcall.members_activity FINAL WHERE community = '<community>' AND member = '<member>') AS engagement_now
FROM <acted> WHERE member = '<member>'`,

	"member_days": `
SELECT <start> AS start, '<step>' AS interval, count() AS actions FROM <acted> WHERE <days> AND member = '<member>' GROUP BY start ORDER BY start`,

	"member_hours": `
SELECT (toDayOfWeek(time, 0, '<zone>') - 1) * 24 + toHour(time, '<zone>') AS hour_of_week, count() AS actions
FROM <acted> WHERE member = '<member>' GROUP BY hour_of_week ORDER BY hour_of_week`,

	"member_ties": `
SELECT if(member = '<member>', target, member) AS counterpart, countIf(member = '<member>') AS given, countIf(target = '<member>') AS got, max(time) AS last_at
FROM <acted>
WHERE time >= <from> AND time < <to> AND kind IN ('comment', 'answer', 'react', 'share', 'mention', 'follow', 'message', 'vote')
  AND target != member AND target != '' AND '<member>' IN (member, target)
GROUP BY counterpart ORDER BY count() DESC, counterpart LIMIT 20`,

	// The archive itself, late actions too.
	"member_actions": `
SELECT time AS acted_at, channel, target, object, platform, campaign
FROM rollcall.actions FINAL WHERE community = '<community>' AND member = '<member>' AND time >= <from> AND time < <to>
ORDER BY time DESC, id LIMIT 50`,

	"late_actions": `
SELECT countIf(late = 1) AS late_actions, <now> AS time FROM rollcall.actions FINAL WHERE community = '<community>'`,
}

// cells are those of retention, with the cohort's size and the members active then, then or later, and every time.
const cells = `
SELECT starts[1] AS cohort, n,
       (count(), countIf(has(starts, cohort + INTERVAL n <interval>)), countIf(starts[-1] >= cohort + INTERVAL n <interval>), countIf(starts[n + 1] = cohort + INTERVAL n <interval>)) AS c
FROM <starts> ARRAY JOIN range(<longest> + 1) AS n
WHERE cohort + INTERVAL n <interval> < <until start> GROUP BY cohort, n`

// fromTables are plain statements over one table, as `rollcall verify` compares it with its definition. Of alerts and clusters
// there is no definition in SQL: the panels show them as they stand, and the tests of processors/spikes and processors/kol say
// whether they are right.
var fromTables = map[string]string{
	"absence": `
SELECT <start> AS start, '<step>' AS interval, avg(absence_factor) AS absence_factor FROM rollcall.community_days FINAL
WHERE community = '<community>' AND <days> GROUP BY start ORDER BY start`,

	"churn_states": `
SELECT s.start AS start, '<step>' AS interval, d.active AS active_members, d.new + d.resurrected AS newcomers, d.at_risk AS risky, d.churned + d.left AS gone
FROM (SELECT <start> AS start, max(day) AS newest FROM rollcall.churn_days FINAL WHERE community = '<community>' AND <days> GROUP BY start) AS s
JOIN (SELECT * FROM rollcall.churn_days FINAL WHERE community = '<community>') AS d ON d.day = s.newest
ORDER BY start`,

	"churn_entries": `
SELECT <start> AS start, '<step>' AS interval, sum(entered_at_risk) AS entered_risk, sum(entered_churned) AS churned_now, sum(entered_left) AS left_now, avg(churn_rate) AS rate
FROM rollcall.churn_days FINAL WHERE community = '<community>' AND <days> GROUP BY start ORDER BY start`,

	"at_risk_members": `
SELECT a.member AS member, a.engagement AS value, c.risk AS probability, c.state_since AS since, a.last_seen AS seen
FROM (SELECT * FROM rollcall.members_churn FINAL WHERE community = '<community>' AND state = 'at_risk') AS c
JOIN (SELECT * FROM rollcall.members_activity FINAL WHERE community = '<community>') AS a ON a.member = c.member
ORDER BY value DESC, member LIMIT 20`,

	"risk_distribution": `
SELECT tenth / 10 AS above, count() AS people, sum(r) AS expected
FROM (SELECT assumeNotNull(risk) AS r, least(9, intDiv(r * 10, 1)) AS tenth FROM rollcall.members_churn FINAL WHERE community = '<community>' AND isNotNull(risk) AND NOT isNaN(r))
GROUP BY tenth ORDER BY tenth`,

	"today": `
SELECT todo_en, people FROM (
  SELECT 1 AS place, concat('Look at the open alerts: ', toString(count())) AS todo_en, NULL AS people FROM rollcall.alerts FINAL WHERE community = '<community>' AND state = 'open' HAVING count() > 0
  UNION ALL SELECT 2, 'Talk to leaders who may leave', toNullable(count()) AS c FROM (
    SELECT member FROM rollcall.kols FINAL WHERE community = '<community>' AND board = 'current' ORDER BY as_of DESC, rank LIMIT 20) AS first
    JOIN rollcall.members_churn AS m FINAL ON m.member = first.member WHERE m.community = '<community>' AND m.state = 'at_risk' HAVING c > 0
  UNION ALL SELECT 3, 'Contact members who may leave', toNullable(count()) AS c FROM rollcall.members_churn FINAL WHERE community = '<community>' AND state = 'at_risk' HAVING c > 0
  UNION ALL SELECT 4, 'Welcome who is new', toNullable(uniqExact(member)) AS c FROM rollcall.members FINAL WHERE community = '<community>' AND state = 'new' HAVING c > 0
  UNION ALL SELECT 5, 'Thank who gave most in these 7 days', toNullable(uniqExact(member)) AS c FROM <acted> WHERE contributes AND day > <until> - 7 HAVING c > 0)
ORDER BY place`,

	"alerts": `
SELECT opened AS opened_at, title_en AS said_en, title_zh AS said_zh, if(kind = 'kol_at_risk', NULL, observed) AS seen, if(kind = 'kol_at_risk', NULL, expected) AS usual FROM rollcall.alerts FINAL
WHERE community = '<community>' ORDER BY state = 'resolved', opened DESC LIMIT 50`,

	"alert_segments": `
SELECT opened AS opened_at, if(part.1 = 'kol', 'leader', part.1) AS dimension_en, part.2 AS segment, if(part.1 = 'kol', NULL, part.3) AS seen, if(part.1 = 'kol', NULL, part.4) AS usual
FROM rollcall.alerts FINAL ARRAY JOIN JSONExtract(segments, 'Array(Tuple(dimension String, segment String, observed Float64, expected Float64, share Float64))') AS part
WHERE community = '<community>' AND alert_id IN (
  SELECT alert_id FROM rollcall.alerts FINAL WHERE community = '<community>' AND JSONLength(segments) > 0 ORDER BY state = 'resolved', opened DESC LIMIT 20)
ORDER BY state = 'resolved', opened DESC, part.5 DESC, part.2 LIMIT 100`,

	"alert_members": `
SELECT opened AS opened_at, whom.1 AS member, whom.2 AS value
FROM rollcall.alerts FINAL ARRAY JOIN JSONExtract(members, 'Array(Tuple(member String, value Float64))') AS whom
WHERE community = '<community>' AND alert_id IN (
  SELECT alert_id FROM rollcall.alerts FINAL WHERE community = '<community>' AND JSONLength(members) > 0 ORDER BY state = 'resolved', opened DESC LIMIT 20)
ORDER BY state = 'resolved', opened DESC, whom.2 DESC, whom.1 LIMIT 100`,

	"risk_reasons": `
SELECT count() AS people, count() / (SELECT count() FROM rollcall.members_churn FINAL WHERE community = '<community>' AND state = 'at_risk') AS portion
FROM (
  SELECT DISTINCT member, arrayJoin(if(JSONLength(reasons) < 2, ['nothing'], arrayMap(x -> x.1, JSONExtract(reasons, 'Array(Tuple(code String))')))) AS code
  FROM rollcall.members_churn FINAL WHERE community = '<community>' AND state = 'at_risk')
WHERE code != 'risk' GROUP BY code ORDER BY people DESC, code`,

	"member_transitions": `
SELECT time AS changed_at FROM rollcall.churn_transitions FINAL WHERE community = '<community>' AND member = '<member>' ORDER BY time DESC LIMIT 50`,

	"kols": `
SELECT member, score / whole AS influence, endorsers, toString(h_index) AS h_index, toString(reach) AS reach, bridge, dependents
FROM (
  SELECT *, (SELECT sum(score) FROM rollcall.kols FINAL WHERE community = '<community>' AND board = 'current' AND as_of = newest) AS whole,
         (SELECT max(as_of) FROM rollcall.kols FINAL WHERE community = '<community>' AND board = 'current' AND as_of < <to> + INTERVAL 24 HOUR) AS newest
  FROM rollcall.kols FINAL WHERE community = '<community>' AND board = 'current' AND as_of = newest AND rank <= 20)
ORDER BY rank`,

	"dependents": `
SELECT kol AS leader, count() AS dependents FROM rollcall.kol_dependents FINAL
WHERE community = '<community>' AND as_of = (SELECT max(as_of) FROM rollcall.kol_dependents FINAL WHERE community = '<community>' AND as_of < <to> + INTERVAL 24 HOUR)
GROUP BY kol ORDER BY dependents DESC, leader LIMIT 20`,

	"clusters": `
SELECT label, members AS people FROM rollcall.clusters FINAL
WHERE community = '<community>' AND members >= 2
  AND as_of = (SELECT max(as_of) FROM rollcall.clusters FINAL WHERE community = '<community>' AND as_of < <to> + INTERVAL 24 HOUR)
ORDER BY people DESC, cluster LIMIT 12`,

	// A score halves in seven days, counted in milliseconds.
	"engaged_members": `
SELECT member, engagement / pow(2, greatest(0, toInt64(toUnixTimestamp64Milli(<now>)) - toUnixTimestamp64Milli(last_seen)) / (7 * 24 * 3600 * 1000)) AS engagement_now,
       active_days, contributions, top_channel, first_seen, last_seen, is_bot
FROM rollcall.members_activity FINAL WHERE community = '<community>' AND engagement_now >= 0.05
ORDER BY engagement_now DESC, member LIMIT 20`,

	"segments": `
SELECT dimension, segment, max(actions) AS actions FROM rollcall.activity FINAL
WHERE community = '<community>' AND window = '30d' AND dimension IN ('channel', 'platform', 'kind') AND time < <end of window>
GROUP BY dimension, segment ORDER BY dimension, actions DESC, segment LIMIT 100 BY dimension`,
}
