, seen AS ( -- the intervals in which a member was active, and the one that holds stream time
    SELECT interval, arraySort(groupUniqArray(interval_of(interval, day))) AS at, interval_of(interval, day_of({now:Int64})) AS current
    FROM (SELECT DISTINCT member, day FROM acted WHERE active AND day <= day_of({now:Int64}))
    ARRAY JOIN ['day', 'week', 'month'] AS interval
    GROUP BY interval, member)
, cells AS ( -- of one member: n from 0, while interval cohort + n is over
    SELECT interval, at[1] AS cohort, at[-1] AS last,
           range(least(transform(interval, ['day', 'week', 'month'], [30, 26, 24], 0) + 1, current - cohort)) AS ns,
           arrayFilter(one -> one - cohort <= 30, at) AS near -- no n reaches farther
    FROM seen)
, cohorts AS (
    SELECT interval, cohort, count() AS cohort_size,
           sumForEach(arrayMap(n -> toUInt64(has(near, cohort + n)), ns)) AS n_day,
           sumForEach(arrayMap(n -> toUInt64(last >= cohort + n), ns)) AS unbounded,
           sumForEach(arrayMap(n -> toUInt64(arrayCount(one -> one <= cohort + n, near) = n + 1), ns)) AS consecutive
    FROM cells
    GROUP BY interval, cohort)
SELECT interval, start_of(interval, cohort) AS cohort, i - 1 AS n, cohort_size, a AS n_day, b AS unbounded, c AS consecutive
FROM cohorts
ARRAY JOIN n_day AS a, unbounded AS b, consecutive AS c, arrayEnumerate(n_day) AS i
