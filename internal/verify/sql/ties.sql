-- Who endorsed whom before the newest midnight whose ranking cannot change any more (docs/metrics/kol.md).
, asof AS (
    SELECT toUnixTimestamp64Milli(maxOrNull(as_of)) AS ms
    FROM rollcall.kols FINAL
    WHERE community = {community:String}
      AND as_of <= fromUnixTimestamp64Milli(toInt64({now:Int64} - (SELECT max(lateness) FROM rollcall.communities FINAL WHERE community = {community:String})), 'UTC'))
, bots AS (
    SELECT member FROM acted
    WHERE ms < (SELECT ms FROM asof) AND properties != '' AND JSONExtractRaw(properties, 'is_bot') = 'true'
    UNION DISTINCT
    SELECT arrayJoin(JSONExtract({bots:String}, 'Array(String)')))
, ties AS (
    SELECT member AS actor, target, object, time AS at,
           round(1000 * if(kind = 'vote', least(greatest(ifNull(value, 1), 0), 3), 1)) / 1000 AS weight
    FROM rollcall.actions FINAL
    WHERE community = {community:String} AND late = 0 AND target != '' AND target != member AND weight > 0
      AND kind IN ('comment', 'answer', 'react', 'share', 'mention', 'follow', 'message', 'vote')
      AND toUnixTimestamp64Milli(time) < (SELECT ms FROM asof)
      AND member NOT IN (SELECT member FROM bots) AND target NOT IN (SELECT member FROM bots))
, pairs AS (
    SELECT actor, target, sum(weight) AS ever,
           sum(weight * exp2((toUnixTimestamp64Milli(at) - assumeNotNull((SELECT ms FROM asof))) / (90 * 86400000))) AS now
    FROM ties
    GROUP BY actor, target)
