-- Who endorsed whom before the newest ranking (asof.sql; docs/metrics/kol.md).
, bots AS (
    SELECT member FROM acted
    WHERE ms < asof AND properties != '' AND JSONExtractRaw(properties, 'is_bot') = 'true'
    UNION DISTINCT
    SELECT arrayJoin(JSONExtract({bots:String}, 'Array(String)')))
, ties AS (
    SELECT member AS actor, target, object, time AS at,
           round(1000 * if(kind = 'vote', least(greatest(ifNull(value, 1), 0), 3), 1)) / 1000 AS weight
    FROM rollcall.actions FINAL
    WHERE community = {community:String} AND late = 0 AND target != '' AND target != member AND weight > 0
      AND kind IN ('comment', 'answer', 'react', 'share', 'mention', 'follow', 'message', 'vote')
      AND toUnixTimestamp64Milli(time) < asof
      AND member NOT IN (SELECT member FROM bots) AND target NOT IN (SELECT member FROM bots))
, pairs AS (
    SELECT actor, target, sum(weight) AS ever,
           sum(weight * exp2((toUnixTimestamp64Milli(at) - assumeNotNull(asof)) / (90 * 86400000))) AS now
    FROM ties
    GROUP BY actor, target)
