package dashboards

// actionsByDay reads the small table member_days, and the raw actions only where a
// filter asks for what member_days does not hold; ClickHouse skips the other branch.
func actionsByDay() Panel {
	return Panel{
		ID:    "actions_by_day",
		Kind:  Bars,
		Title: Text{"How much happens each day?", "每天有多少行为？"},
		Description: Text{
			"All accepted actions of any kind by calendar day in the community's time zone. Ranges over 400 days are shown by week (from Monday), over 2,500 days by month. The first and last bar count whole days, also where the range cuts them.",
			"按社区时区的自然日统计所有已接收的行为（任何类型）。超过 400 天的范围按周（周一起）显示，超过 2500 天按月显示。首尾两根柱按整天统计，即使范围只包含其中一部分。",
		},
		Empty: Text{"No actions in this range. Choose a longer range or clear the filter.", "此范围内没有行为。请选择更长的范围或清除筛选。"},
		Columns: []Column{
			{"start", Text{"Day", "日期"}, Date},
			{"interval", Text{"Interval", "间隔"}, IntervalLen},
			{"actions", Text{"Actions", "行为数"}, Actions},
		},
		SQL: sql(`
WITH <interval> AS step
SELECT multiIf(step = 'day', day, step = 'week', toMonday(day), toStartOfMonth(day)) AS start,
       step AS interval,
       sum(n) AS actions
FROM (
  SELECT day, sum(actions) AS n
  FROM <member_days>
  WHERE community = $community$ AND $dimension$ = '' AND day BETWEEN <first_day> AND <last_day>
  GROUP BY day
  UNION ALL
  SELECT toDate(toTimeZone(time, $time_zone$)) AS day, count() AS n
  FROM <actions>
  WHERE community = $community$ AND late = 0 AND $dimension$ != '' AND <in_segment>
    AND time >= $from$ - INTERVAL 2 DAY AND time < $to$ + INTERVAL 2 DAY
  GROUP BY day
  HAVING day BETWEEN <first_day> AND <last_day>
)
GROUP BY start
ORDER BY start
LIMIT 1000`),
	}
}

// topMembers takes the range's counts from member_days (or raw actions under a
// filter) and joins what is known of a member at all times.
func topMembers() Panel {
	return Panel{
		ID:    "top_members",
		Kind:  Table,
		Title: Text{"Who does the most?", "谁最活跃？"},
		Description: Text{
			"Members by their actions in the range. Contributions are posts, comments, answers, messages, reactions, shares, mentions, votes, attendance, invitations and feedback. Days are calendar days with any action. First and last seen look at all times, not only the range. Bots are marked, not hidden.",
			"按所选范围内的行为数排列成员。贡献包括发帖、评论、回答、消息、互动、分享、提及、投票、参加、邀请与反馈。天数为有任意行为的自然日。首次与最近出现不限于所选范围。机器人会标出，不会隐藏。",
		},
		Empty: Text{"No member acted in this range. Choose a longer range or clear the filter.", "此范围内没有成员行为。请选择更长的范围或清除筛选。"},
		Columns: []Column{
			{"member", Text{"Member", "成员"}, ""},
			{"actions", Text{"Actions", "行为数"}, Actions},
			{"contributions", Text{"Contributions", "贡献"}, Actions},
			{"days", Text{"Days", "天数"}, Days},
			{"first_seen", Text{"First seen", "首次出现"}, Time},
			{"last_seen", Text{"Last seen", "最近出现"}, Time},
			{"is_bot", Text{"Bot", "机器人"}, Flag},
		},
		SQL: sql(`
SELECT best.member AS member, best.actions AS actions, best.contributions AS contributions, best.days AS days,
       m.first_seen AS first_seen, m.last_seen AS last_seen, m.is_bot AS is_bot
FROM (
  SELECT member, sum(n) AS actions, sum(c) AS contributions, uniqExact(day) AS days
  FROM (
    SELECT member, day, actions AS n, contributions AS c
    FROM <member_days>
    WHERE community = $community$ AND $dimension$ = '' AND day BETWEEN <first_day> AND <last_day>
    UNION ALL
    SELECT member, toDate(toTimeZone(time, $time_zone$)) AS day, count() AS n,
           countIf(kind IN ('post', 'comment', 'answer', 'message', 'react', 'share', 'mention', 'vote', 'attend', 'invite', 'feedback')) AS c
    FROM <actions>
    WHERE community = $community$ AND late = 0 AND $dimension$ != '' AND <in_segment>
      AND time >= $from$ - INTERVAL 2 DAY AND time < $to$ + INTERVAL 2 DAY
    GROUP BY member, day
    HAVING day BETWEEN <first_day> AND <last_day>
  )
  GROUP BY member
  ORDER BY actions DESC, member
  LIMIT 20
) AS best
LEFT JOIN (
  SELECT member, first_seen, last_seen, is_bot FROM <members_activity> WHERE community = $community$
) AS m ON m.member = best.member
ORDER BY actions DESC, member
LIMIT 20`),
	}
}

// segments fills the filter. The 30-day window sees every segment that was alive
// for at least a day, at a row a day.
func segments() Panel {
	return Panel{
		ID:    "segments",
		Kind:  Choices,
		Title: Text{"Which parts are there?", "有哪些分组？"},
		Description: Text{
			"Channels, platforms and kinds of action that have data up to the end of the range, the largest 100 of each by their busiest 30 days.",
			"截至所选范围末尾有数据的频道、平台与行为类型；各取其最繁忙 30 天中最大的 100 个。",
		},
		Empty: Text{"No channel, platform or kind yet. They appear with the first actions.", "尚无频道、平台或行为类型。有了第一批行为后会自动出现。"},
		Columns: []Column{
			{"dimension", Text{"Split by", "维度"}, ""},
			{"segment", Text{"Segment", "分组"}, ""},
			{"actions", Text{"Busiest 30 days", "最繁忙 30 天"}, Actions},
		},
		SQL: sql(`
SELECT dimension, segment, max(actions) AS actions
FROM <activity>
WHERE community = $community$ AND dimension != '' AND window = '30d'
  AND time < <end_of window>
GROUP BY dimension, segment
ORDER BY dimension, actions DESC, segment
LIMIT 100 BY dimension
LIMIT 300`),
	}
}
