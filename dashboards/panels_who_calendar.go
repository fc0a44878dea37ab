package dashboards

// Lists of members by calendar intervals: days, weeks from Monday, months, numbered so that each is one more than the one before.

const intervalNumber = "multiIf($interval$ = 'week', intDiv(toInt32(toRelativeDayNum(<d>)) + 3, 7), $interval$ = 'month', toInt32(toRelativeMonthNum(<d>)), toInt32(toRelativeDayNum(<d>)))"

func whoLifecycle() Panel {
	return listed("who_lifecycle", Text{"Members of this interval", "该时段的成员"},
		Text{"New: active for the first time. Returning: active now and in the interval before. Resurrecting: active now and earlier, not in the interval before. Dormant: active in the interval before and not now.",
			"新成员：首次活跃。持续活跃：本期与上一期都活跃。回流：本期活跃，上一期不活跃，但更早活跃过。沉寂：上一期活跃而本期不活跃。"}, `
WITH <number_of toDate($at$)> AS here
SELECT member, done, latest, count() OVER () AS total
FROM (
  SELECT member, countIf(number = here) AS now, countIf(number = here - 1) AS before, min(number) AS first,
         if(now > 0, now, before) AS done, maxIf(time, number BETWEEN here - 1 AND here) AS latest
  FROM (
    SELECT member, time, <number_of toDate(toTimeZone(time, $time_zone$))> AS number
    FROM <actions>
    WHERE community = $community$ AND late = 0 AND <active_kinds> AND time < $at$ + INTERVAL 34 DAY
  )
  WHERE number <= here
  GROUP BY member
)
WHERE multiIf($group$ = 'new', first = here, $group$ = 'returning', now > 0 AND before > 0,
              $group$ = 'resurrecting', now > 0 AND before = 0 AND first < here, $group$ = 'dormant', now = 0 AND before > 0, now > 0)`)
}

func whoCohort() Panel {
	return listed("who_cohort", Text{"Members of this cohort", "该群组的成员"},
		Text{"Members whose first active interval is the cohort's; of them those who were active exactly n intervals later, then or later, or in every interval until then. Counted are their active actions up to that interval, or all.",
			"首个活跃时段为该群组时段的成员；其中恰在 n 期之后活跃、当期或之后活跃、或到当期为止每期都活跃者。行为数统计到该期为止，或全部。"}, `
WITH <number_of toDate($at$)> AS here,
(
  SELECT toDate(toTimeZone(max(time), $time_zone$))
  FROM <communities>
  WHERE community = $community$
) AS today
SELECT member, done, latest, count() OVER () AS total
FROM (
  SELECT member, min(number) AS first, max(number) AS newest, countIf(number = here + $n$) AS then,
         uniqExactIf(number, number <= here + $n$) AS times,
         if($group$ IN ('all', 'unbounded'), count(), countIf(number <= here + $n$)) AS done,
         if($group$ IN ('all', 'unbounded'), max(time), maxIf(time, number <= here + $n$)) AS latest
  FROM (
    SELECT member, time, toDate(toTimeZone(time, $time_zone$)) AS day, <number_of day> AS number
    FROM <actions>
    WHERE community = $community$ AND late = 0 AND <active_kinds> AND day <= today
  )
  GROUP BY member
)
WHERE first = here AND multiIf($group$ = 'n_day', then > 0, $group$ = 'unbounded', newest >= here + $n$, $group$ = 'consecutive', times = $n$ + 1, 1)`)
}

// whoCurve are those whom a point of the curve counts: of all cohorts of the range that are old enough for it.
func whoCurve() Panel {
	return listed("who_curve", Text{"Members of all cohorts of the range", "范围内所有群组的成员"},
		Text{"Members of the cohorts that are old enough; of them those who were active exactly n intervals after their first, then or later, or in every interval until then. Counted are all their active actions.",
			"已满该期数的群组的成员；其中恰在首次活跃 n 期之后活跃、当期或之后活跃、或到当期为止每期都活跃者。行为数为其全部活跃行为。"}, `
WITH (
  SELECT toDate(toTimeZone(max(time), $time_zone$))
  FROM <communities>
  WHERE community = $community$
) AS today
SELECT member, done, latest, count() OVER () AS total
FROM (
  SELECT member, arraySort(groupUniqArray(number)) AS numbers, numbers[1] AS first, count() AS done, max(time) AS latest
  FROM (
    SELECT member, time, toDate(toTimeZone(time, $time_zone$)) AS day, <number_of day> AS number
    FROM <actions>
    WHERE community = $community$ AND late = 0 AND <active_kinds> AND day <= today
  )
  GROUP BY member
)
WHERE first IN (
    SELECT <number_of cohort>
    FROM <retention>
    WHERE community = $community$ AND interval = $interval$ AND n = $n$ AND cohort BETWEEN <first_start> AND <last_day>
  )
  AND multiIf($group$ = 'n_day', has(numbers, first + $n$), $group$ = 'unbounded', numbers[-1] >= first + $n$,
              $group$ = 'consecutive', arrayCount(x -> x <= first + $n$, numbers) = $n$ + 1, 1)`)
}

func whoCame() Panel {
	return listed("who_came", Text{"Came on so many days", "来过这么多天的成员"},
		Text{"Members who were active on exactly so many different days of the week or month.", "在该周或该月中恰好在这么多天活跃的成员。"}, `
WITH toDate($at$) AS first, if($interval$ = 'month', first + INTERVAL 1 MONTH, first + INTERVAL 7 DAY) AS end
SELECT member, done, latest, count() OVER () AS total
FROM (
  SELECT member, count() AS done, max(time) AS latest, uniqExact(toDate(toTimeZone(time, $time_zone$))) AS days
  FROM <actions>
  WHERE community = $community$ AND late = 0 AND <active_kinds>
    AND time >= $at$ - INTERVAL 2 DAY AND time < $at$ + INTERVAL 34 DAY
    AND toDate(toTimeZone(time, $time_zone$)) >= first AND toDate(toTimeZone(time, $time_zone$)) < end
  GROUP BY member
)
WHERE days = $n$`)
}

// whoCarries are the fewest who made half of all contributions: whoever stands before that half is reached.
func whoCarries() Panel {
	return Panel{
		ID: "who_carries", Kind: Who, Title: Text{"They made half of all contributions", "他们贡献了全部内容的一半"}, Empty: nobody,
		Description: Text{"The fewest members who made half of all contributions by the end of the day; of a week or month, whose number is a mean, by the end of its last day.", "截至当日结束，贡献了全部内容一半所需的最少成员；周或月的数字为平均值，此处以其最后一天结束时为准。"},
		Columns:     []Column{colMember, {"made", Text{"Contributions", "贡献"}, Actions}, {"of_all", Text{"Of all", "占比"}, Share}, colTotal},
		SQL: sql(`
WITH ` + lastDay + ` AS last
SELECT member, made, made / everything AS of_all, count() OVER () AS total
FROM (
  SELECT member, made, sum(made) OVER () AS everything, sum(made) OVER (ORDER BY made DESC, member) - made AS ahead
  FROM (
    SELECT member, sum(contributions) AS made
    FROM <member_days>
    WHERE community = $community$ AND day <= last AND contributions > 0
    GROUP BY member
  )
)
WHERE 2 * ahead < everything
ORDER BY made DESC, member
LIMIT 200`),
	}
}
