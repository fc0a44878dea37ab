, seen AS ( -- the intervals in which a member was active
    SELECT interval, member, arraySort(groupUniqArray(interval_of(interval, day))) AS at
    FROM (SELECT DISTINCT member, day FROM acted WHERE active) ARRAY JOIN ['day', 'week', 'month'] AS interval
    GROUP BY interval, member)
, calendar AS ( -- every interval from that of the first action to that of stream time
    SELECT interval, arrayJoin(range(interval_of(interval, first), interval_of(interval, day_of({now:Int64})) + 1)) AS number
    FROM (SELECT min(day) AS first FROM acted HAVING count() > 0) ARRAY JOIN ['day', 'week', 'month'] AS interval)
, counted AS (
    SELECT interval, number,
           countIf(is_active AND before < 0) AS new,
           countIf(is_active AND before = number - 1) AS returning,
           countIf(is_active AND before >= 0 AND before < number - 1) AS resurrecting,
           countIf(was_active) AS dormant,
           countIf(is_active) AS active
    FROM (
        SELECT interval, one AS number, before, true AS is_active, false AS was_active
        FROM seen ARRAY JOIN at AS one, arrayShiftRight(at, 1, -9) AS before
        UNION ALL -- the interval after one in which the member was active, unless active in it too
        SELECT interval, one + 1, 0, false, true
        FROM seen ARRAY JOIN at AS one, arrayShiftLeft(at, 1, 1000000000) AS after
        WHERE after != one + 1
        UNION ALL
        SELECT interval, number, 0, false, false FROM calendar)
    GROUP BY interval, number)
SELECT interval, start_of(interval, number) AS start, new, returning, resurrecting, dormant, active,
       -- who returns is who was active before and is now
       if(before = 0, NULL, returning / before) AS period_over_period
FROM (
    SELECT *, any(active) OVER (PARTITION BY interval ORDER BY number ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING) AS before
    FROM counted)
WHERE (interval, number) IN (SELECT interval, number FROM calendar)
