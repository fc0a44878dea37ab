-- Who would lose more than half of the tie weight with one of those who are published.
, kols AS (
    SELECT DISTINCT member FROM rollcall.kols FINAL
    WHERE community = {community:String} AND toUnixTimestamp64Milli(as_of) = asof)
, sides AS (
    SELECT actor AS member, target AS other, sqrt(now) AS w FROM pairs
    UNION ALL
    SELECT target, actor, sqrt(now) FROM pairs)
SELECT member, other AS kol, w / all AS share
FROM (
    SELECT member, other, sum(w) AS w, sum(w) OVER (PARTITION BY member) AS all
    FROM sides
    GROUP BY member, other)
WHERE w > 0.5 * all * (1 + 1e-9) AND other IN (SELECT member FROM kols)
