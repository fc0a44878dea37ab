-- {weights} is a JSON object, kind to weight; {bots} is a JSON array of members.
, JSONExtract({weights:String}, 'Map(String, Float64)') AS weights
, favourites AS ( -- the channel with most actions, of equal ones the least by bytes
    SELECT member, argMin(channel, (-toInt64(n), channel)) AS channel
    FROM (SELECT member, toString(channel) AS channel, count() AS n FROM acted WHERE channel != '' GROUP BY member, channel)
    GROUP BY member)
, sums AS (
    SELECT member, min(ms) AS first, max(ms) AS last, count() AS n, uniqExactIf(day, active) AS days, countIf(contributing) AS c,
           groupArrayIf((ms, weight), weight != 0) AS weighed,
           max(properties != '' AND JSONExtractRaw(properties, 'is_bot') = 'true') AS says_bot
    FROM (SELECT *, transform(toString(kind), mapKeys(weights), mapValues(weights), 0.) AS weight FROM acted)
    GROUP BY member)
SELECT sums.member AS member,
       fromUnixTimestamp64Milli(first, 'UTC') AS first_seen,
       fromUnixTimestamp64Milli(last, 'UTC') AS last_seen,
       n AS actions, days AS active_days, c AS contributions,
       arraySum(one -> one.2 * exp2((one.1 - last) / (7 * 24 * 3600 * 1000)), weighed) AS engagement,
       favourites.channel AS top_channel,
       says_bot OR has(JSONExtract({bots:String}, 'Array(String)'), sums.member) AS is_bot
FROM sums LEFT JOIN favourites ON sums.member = favourites.member
