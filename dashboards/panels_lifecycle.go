package dashboards

func lifecycle() Panel {
	return Panel{
		ID:    "lifecycle",
		Kind:  Stacked,
		Title: Text{"Who is new, who returns, who slips away?", "谁是新人，谁回来，谁在流失？"},
		Description: Text{
			"Members by interval. New: active for the first time. Returning: active now and in the interval before. Resurrecting: active now and earlier, but not in the interval before. Dormant, below zero: active in the interval before and not now. The newest interval is still open (drawn pale): its dormant members may yet come. Kept is the share of the interval before that is active again. At most the last 400 intervals of the range.",
			"按时间间隔统计成员。新成员：首次活跃。持续活跃：本期与上一期都活跃。回流：本期活跃，上一期不活跃，但更早活跃过。沉寂（绘于零线以下）：上一期活跃而本期不活跃。最新一期尚未结束（浅色），其中的沉寂成员仍可能出现。保留率为上一期活跃成员中本期再次活跃的比例。最多显示范围内最近 400 期。",
		},
		Empty: Text{"No data yet for this range. Import actions or send one, or choose a longer range or a shorter interval.", "此范围内尚无数据。请导入或发送行为，或选择更长的范围、更短的间隔。"},
		Columns: []Column{
			{"start", Text{"Start", "开始"}, Date},
			{"interval", Text{"Interval", "间隔"}, IntervalLen},
			{"new", Text{"New", "新成员"}, Members},
			{"returning", Text{"Returning", "持续活跃"}, Members},
			{"resurrecting", Text{"Resurrecting", "回流"}, Members},
			{"dormant", Text{"Dormant", "沉寂"}, Members},
			{"active", Text{"Active", "活跃"}, Members},
			{"period_over_period", Text{"Kept", "保留率"}, Share},
		},
		Above: []string{"returning", "resurrecting", "new"},
		Below: []string{"dormant"},
		SQL: sql(`
SELECT start, interval, new, returning, resurrecting, dormant, active, period_over_period
FROM (
  SELECT start, interval, new, returning, resurrecting, dormant, active, period_over_period
  FROM <lifecycle>
  WHERE community = $community$ AND interval = $interval$ AND start BETWEEN <first_start> AND <last_day>
  ORDER BY start DESC
  LIMIT 400
)
ORDER BY start
LIMIT 400`),
	}
}

// retention shows the newest 24 cohorts: more rows than that can not be read. n = 0 is
// the cohort itself, always 100 %.
func retention() Panel {
	return Panel{
		ID:    "retention",
		Kind:  Cohorts,
		Title: Text{"Do newcomers stay?", "新成员会留下来吗？"},
		Description: Text{
			"A cohort is everyone whose first active day, week or month is the same. A cell is the share of the cohort that was active exactly n intervals later (n-day retention); the table also has unbounded (active then or later) and consecutive (active in every interval until then). A cell appears when its interval is over. The newest 24 cohorts of the range.",
			"同一天、同一周或同一月首次活跃的成员为一个群组。单元格为该群组中恰在 n 期之后活跃的比例（n-day 留存）；表格中另有不限期（当期或之后活跃）与连续（到当期为止每期都活跃）两种留存人数。一期结束后才会出现。显示范围内最新的 24 个群组。",
		},
		Empty: noCohort,
		Columns: []Column{
			{"cohort", Text{"Cohort", "群组"}, Date},
			{"interval", Text{"Interval", "间隔"}, IntervalLen},
			{"n", Text{"Intervals since", "之后期数"}, Intervals},
			{"share", Text{"Active again", "再次活跃"}, Share},
			{"cohort_size", Text{"Cohort's members", "群组人数"}, Members},
			{"n_day", Text{"Active then", "当期活跃"}, Members},
			{"unbounded", Text{"Then or later", "当期或之后"}, Members},
			{"consecutive", Text{"Every time", "连续活跃"}, Members},
		},
		SQL: sql(`
SELECT cohort, interval, n, n_day / cohort_size AS share, cohort_size, n_day, unbounded, consecutive
FROM <retention>
WHERE community = $community$ AND interval = $interval$ AND n BETWEEN 1 AND 30 AND cohort IN (
  SELECT DISTINCT cohort
  FROM <retention>
  WHERE community = $community$ AND interval = $interval$ AND n = 1 AND cohort BETWEEN <first_start> AND <last_day>
  ORDER BY cohort DESC
  LIMIT 24
)
ORDER BY cohort, n
LIMIT 720`),
	}
}

func retentionCurve() Panel {
	return Panel{
		ID:    "retention_curve",
		Kind:  Curve,
		Title: Text{"How long do newcomers stay?", "新成员会停留多久？"},
		Description: Text{
			"All cohorts of the range together: of the members who could have been active n intervals after their first, the share that was, then exactly (n-day), then or later (unbounded), or in every interval until then (consecutive). Every n counts the cohorts old enough for it, each by its size. Unbounded falls at the end because later activity is not known yet.",
			"合并范围内的所有群组：在首次活跃 n 期之后本可活跃的成员中，恰在当期活跃（n-day）、当期或之后活跃（不限期）、到当期为止每期都活跃（连续）的比例。每个 n 只统计已满 n 期的群组，按人数加权。不限期留存在末端下降，是因为之后的活动尚不可知。",
		},
		Empty: noCohort,
		Columns: []Column{
			{"n", Text{"Intervals since", "之后期数"}, Intervals},
			{"n_day_share", Text{"Exactly then (n-day)", "恰在当期（n-day）"}, Share},
			{"unbounded_share", Text{"Then or later (unbounded)", "当期或之后（不限期）"}, Share},
			{"consecutive_share", Text{"Every time (consecutive)", "每期都活跃（连续）"}, Share},
			{"members", Text{"Members counted", "统计人数"}, Members},
		},
		SQL: sql(`
SELECT n, sum(n_day) / sum(cohort_size) AS n_day_share, sum(unbounded) / sum(cohort_size) AS unbounded_share,
       sum(consecutive) / sum(cohort_size) AS consecutive_share, sum(cohort_size) AS members
FROM <retention>
WHERE community = $community$ AND interval = $interval$ AND cohort BETWEEN <first_start> AND <last_day>
GROUP BY n
ORDER BY n
LIMIT 31`),
	}
}

var noCohort = Text{
	"No data yet: retention appears when the interval after a newcomer's first is over. Choose a longer range or a shorter interval.",
	"尚无数据：新成员首次活跃之后的下一期结束时才有留存。请选择更长的范围或更短的间隔。",
}

// stickiness shows an interval that is over both for the community and in the range, so
// that its numbers no longer grow.
func stickiness() Panel {
	return Panel{
		ID:    "stickiness",
		Kind:  Histogram,
		Title: Text{"On how many days do they come?", "成员会来多少天？"},
		Description: Text{
			"The last whole week (from Monday) or month up to the end of the range in which anybody was active: how many members were active on exactly so many different days of it, in the community's time zone. A habit shows on the right.",
			"截至所选范围末尾，最近一个有人活跃的完整周（周一起）或月：恰好在其中若干天活跃的成员数，按社区时区。柱子越偏右，习惯越强。",
		},
		Empty: Text{"No data yet: this appears when the first week or month with activity is over. Choose week, or a range that ends later.", "尚无数据：第一个有人活跃的周或月结束后才会出现。请选择按周，或选择更晚结束的范围。"},
		Columns: []Column{
			{"start", Text{"Start", "开始"}, Date},
			{"interval", Text{"Interval", "间隔"}, IntervalLen},
			{"active_days", Text{"Active days", "活跃天数"}, Days},
			{"members", Text{"Members", "成员数"}, Members},
		},
		SQL: sql(`
WITH if($interval$ = 'month', 'month', 'week') AS step,
(
  SELECT least(max(toDate(toTimeZone(time, $time_zone$))), <last_day> + 1)
  FROM <communities>
  WHERE community = $community$
) AS open
SELECT start, interval, active_days, members
FROM <stickiness>
WHERE community = $community$ AND interval = step AND start = (
  SELECT max(start)
  FROM <stickiness>
  WHERE community = $community$ AND interval = step AND start < if(step = 'month', toStartOfMonth(open), toMonday(open))
)
ORDER BY active_days
LIMIT 31`),
	}
}
