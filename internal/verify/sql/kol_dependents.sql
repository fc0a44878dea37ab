-- Who would lose more than half of the tie weight with one of those who are published. What is a half but for rounding may be
-- published or not.
, leaders AS (
    SELECT DISTINCT member FROM rollcall.kols FINAL
    WHERE community = {community:String} AND toUnixTimestamp64Milli(as_of) = asof)
, said AS (
    SELECT member, kol FROM rollcall.kol_dependents FINAL
    WHERE community = {community:String} AND toUnixTimestamp64Milli(as_of) = asof)
, sides AS (
    SELECT actor AS member, target AS other, sqrt(now) AS w FROM pairs WHERE now >= 1 / 64
    UNION ALL
    SELECT target, actor, sqrt(now) FROM pairs WHERE now >= 1 / 64)
SELECT member, other AS kol, w / all AS share
FROM (
    SELECT member, other, sum(w) AS w, sum(w) OVER (PARTITION BY member) AS all
    FROM sides
    GROUP BY member, other)
WHERE other IN (SELECT member FROM leaders) AND (w / all > 0.501 OR w / all > 0.499 AND (member, other) IN (SELECT member, kol FROM said))
