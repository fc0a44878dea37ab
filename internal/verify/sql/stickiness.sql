SELECT interval, start_of(interval, number) AS start, active_days, count() AS members
FROM (
    SELECT interval, interval_of(interval, day) AS number, member, count() AS active_days
    FROM (SELECT DISTINCT member, day FROM acted WHERE active) ARRAY JOIN ['week', 'month'] AS interval
    GROUP BY interval, number, member)
WHERE number <= interval_of(interval, day_of({now:Int64}))
GROUP BY interval, number, active_days
