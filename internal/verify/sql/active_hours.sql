, hours AS (
    SELECT member, (toDayOfWeek(time, 0, {zone:String}) - 1) * 24 + toHour(time, {zone:String}) AS hour, count() AS n
    FROM acted
    GROUP BY member, hour)
SELECT member, hour AS hour_of_week, n AS actions FROM hours
UNION ALL
SELECT '', hour, sum(n) FROM hours GROUP BY hour
