package dashboards

// headline is the newest value of every window that the range reaches, so that it
// agrees with the last point of the curve.
func headline() Panel {
	return Panel{
		ID:    "headline",
		Kind:  Stat,
		Title: Text{"How many are here?", "现在有多少人？"},
		Description: Text{
			"Distinct members with at least one action in the last 5 minutes, hour, 24 hours, 7 and 30 days of the range. Leaving, rewards and violations make nobody active. The 7 and 30 days are calendar days, today included.",
			"所选范围末尾最近 5 分钟、1 小时、24 小时、7 天、30 天内有过行为的成员数（去重）。退出、奖励、违规不算活跃。7 天与 30 天按自然日计算，含当天。",
		},
		Empty: Text{"Nobody was active up to the end of this range. Choose a later or longer range.", "到此范围末尾为止还没有人活跃。请选择更晚或更长的时间范围。"},
		Columns: []Column{
			{"window", Text{"Window", "窗口"}, WindowName},
			{"active_members", Text{"Active members", "活跃成员"}, Members},
			{"contributing_members", Text{"Contributing members", "贡献成员"}, Members},
			{"actions", Text{"Actions", "行为数"}, Actions},
			{"time", Text{"Window end", "窗口结束"}, Time},
		},
		// One argMax over a tuple: all numbers of a line come from the same row. A row stands only where a number changed, so the newest
		// one may be old; but it seldom is, and only the windows that changed nothing in 40 days are looked for further back.
		SQL: sql(`
SELECT window, last.1 AS active_members, last.2 AS contributing_members, last.3 AS actions, last.4 AS time
FROM (
  SELECT window, argMax((active_members, contributing_members, actions, time), time) AS last
  FROM (
    SELECT window, active_members, contributing_members, actions, time
    FROM <activity>
    PREWHERE community = $community$ AND dimension = $dimension$ AND segment = $segment$
      AND time >= $to$ - INTERVAL 40 DAY AND time < <end_of window>
    UNION ALL
    SELECT window, active_members, contributing_members, actions, time
    FROM <activity>
    PREWHERE community = $community$ AND dimension = $dimension$ AND segment = $segment$
      AND time < $to$ - INTERVAL 40 DAY AND window NOT IN (
        SELECT window
        FROM <activity>
        PREWHERE community = $community$ AND dimension = $dimension$ AND segment = $segment$
          AND time >= $to$ - INTERVAL 40 DAY AND time < <end_of window>
      )
  )
  GROUP BY window
)
ORDER BY indexOf(['5m', '1h', '24h', '7d', '30d'], toString(window))
LIMIT 5`),
	}
}

// activity draws one window. Rows stand only where a value changed, so the row before
// the range opens the curve; as for headline, that is seldom older than 40 days. A long range is cut into some 490 steps; of each the
// busiest and the last row are kept, so peaks stay visible and every point is a number
// that was published for exactly that time.
func activity() Panel {
	return Panel{
		ID:    "activity",
		Kind:  Timeseries,
		Title: Text{"Who is active, over time?", "活跃人数如何变化？"},
		Description: Text{
			"For every window end t: distinct members with an action in [t − window, t), how many of them contributed (posted, answered, reacted, shared, voted, attended, invited …), and all actions. A value holds until the next one. The newest window is still open and grows until it ends. Long ranges are thinned out to the busiest and the last window of each step, so peaks stay visible.",
			"对每个窗口终点 t：在 [t − 窗口, t) 内有行为的成员数（去重）、其中有贡献的成员数（发帖、回答、互动、分享、投票、参加、邀请等）以及全部行为数。数值保持到下一次变化为止。最新的窗口尚未结束，数值仍会增长。范围较长时，每一小段只保留最繁忙与最后的窗口，峰值始终可见。",
		},
		Empty: Text{"No activity in this range. Choose a longer range or clear the filter.", "此范围内没有活动。请选择更长的范围或清除筛选。"},
		Columns: []Column{
			{"time", Text{"Window end", "窗口结束"}, Time},
			{"active_members", Text{"Active members", "活跃成员"}, Members},
			{"contributing_members", Text{"Contributing members", "贡献成员"}, Members},
			{"actions", Text{"Actions", "行为数"}, Actions},
		},
		SQL: sql(`
SELECT time, active_members, contributing_members, actions
FROM (
  SELECT $from$ AS time, last.1 AS active_members, last.2 AS contributing_members, last.3 AS actions
  FROM (
    SELECT argMax((active_members, contributing_members, actions), time) AS last
    FROM (
      SELECT active_members, contributing_members, actions, time
      FROM <activity>
      PREWHERE community = $community$ AND dimension = $dimension$ AND segment = $segment$
        AND window = $window$ AND time > $from$ - INTERVAL 40 DAY AND time <= $from$
      UNION ALL
      SELECT active_members, contributing_members, actions, time
      FROM <activity>
      PREWHERE community = $community$ AND dimension = $dimension$ AND segment = $segment$
        AND window = $window$ AND time <= $from$ - INTERVAL 40 DAY
        AND window NOT IN (
          SELECT window
          FROM <activity>
          PREWHERE community = $community$ AND dimension = $dimension$ AND segment = $segment$
            AND window = $window$ AND time > $from$ - INTERVAL 40 DAY AND time <= $from$
        )
    )
    HAVING count() > 0
  )
  UNION ALL
  SELECT point.1 AS time, point.2 AS active_members, point.3 AS contributing_members, point.4 AS actions
  FROM (
    SELECT argMax((time, active_members, contributing_members, actions), (active_members, actions, time)) AS busiest,
           argMax((time, active_members, contributing_members, actions), time) AS last
    FROM <activity>
    PREWHERE community = $community$ AND dimension = $dimension$ AND segment = $segment$
      AND window = $window$ AND time > $from$ AND time < <end_of $window$>
    GROUP BY intDiv(toUnixTimestamp(time) - 1, 60 * (1 + intDiv(dateDiff('second', $from$, $to$), 29400)))
  )
  ARRAY JOIN arrayDistinct([busiest, last]) AS point
)
ORDER BY time
LIMIT 1000`),
	}
}
