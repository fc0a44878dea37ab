-- What the tables of churn begin with (docs/metrics/churn.md): the states' changes, worked out stay by stay rather than
-- midnight by midnight. A stay begins when a member becomes new or resurrected and ends when it is churned or leaves.
, day_of({now:Int64}) AS today
, 30 AS churn_after, 0.5 AS risky, 3 AS enough, 7 AS settling, 90 AS reach
, day -> toUnixTimestamp64Milli(toDateTime64(toDateTime(toDate(toUInt16(day)), {zone:String}), 3, 'UTC')) AS midnight_of
, fits AS ( -- risk = 1 / (1 + exp(-(level + sum of weight · feature))), as of since
    SELECT toInt32(toUInt16(day)) AS since, 1 AS one,
           arrayMap((s, d) -> s / d, JSONExtract(coefficients, 'slopes', 'Array(Float64)'), JSONExtract(coefficients, 'deviations', 'Array(Float64)')) AS weights,
           JSONExtractFloat(coefficients, 'intercept')
               - arraySum((w, m) -> w * m, weights, JSONExtract(coefficients, 'means', 'Array(Float64)')) AS level,
           JSONExtract(coefficients, 'bgnbd', 'Map(String, Float64)') AS alive,
           JSONExtract(gap_table, 'Array(Array(Float64))')[1] AS gaps
    FROM rollcall.churn_models FINAL
    WHERE community = {community:String})
, at_days AS ( -- the days on which a member was active or left
    SELECT member, day, minIf(ms, active) AS first, groupUniqArrayIf(ms, active) AS times,
           groupUniqArrayIf(ms, kind = 'leave') AS leaves, countIf(active) > 0 AS is_active
    FROM acted
    WHERE day <= today AND (active OR kind = 'leave')
    GROUP BY member, day)
, active_days AS ( -- each active day: which one it is, the next, the newest 28 up to it, and sums that grow by 2^(1/h) a day
    SELECT member, first, last, n, next, arraySlice(days, greatest(n - 27, 1), least(n, 28)) AS recent, sum7, sum30, sum120
    FROM (
        SELECT member, arraySort(groupArray(toInt32(day))) AS days, days[1] AS first,
               arrayCumSum(arrayMap(d -> exp2((d - first) / 7), days)) AS sums7,
               arrayCumSum(arrayMap(d -> exp2((d - first) / 30), days)) AS sums30,
               arrayCumSum(arrayMap(d -> exp2((d - first) / 120), days)) AS sums120
        FROM at_days WHERE is_active GROUP BY member)
    ARRAY JOIN days AS last, arrayEnumerate(days) AS n, arrayShiftLeft(days, 1, toInt32(1000000)) AS next,
               sums7 AS sum7, sums30 AS sum30, sums120 AS sum120)
, (weights, level, d, first, last, n, recent, sum7, sum30, sum120) -> 1 / (1 + exp(-(level
        + weights[1] * log1p(d - last)
        + weights[2] * log1p(arrayCount(one -> one >= d - 28, recent))
        + weights[3] * log1p(n)
        + weights[4] * log1p(d - first)
        + weights[5] * log(0.05 + sum7 * exp2((first - d) / 7))
        + weights[6] * log(0.05 + sum30 * exp2((first - d) / 30))
        + weights[7] * log(0.05 + sum120 * exp2((first - d) / 120))))) AS risk_of
, risks AS ( -- by member, the midnights at which the risk of a pattern is high
    SELECT member, groupArray(d) AS high
    FROM (
        SELECT *, 1 AS one
        FROM (SELECT *, arrayJoin(range(last + 1, least(next, last + churn_after, today) + 1)) AS d FROM active_days WHERE n >= enough)) AS m
    ASOF JOIN fits AS f ON m.one = f.one AND m.d >= f.since
    WHERE risk_of(weights, level, d, first, last, n, recent, sum7, sum30, sum120) >= risky
    GROUP BY member)
, points AS ( -- what changes states besides midnights: of a day without a leave its first active action is enough
    SELECT member, day, point.1 AS ms, point.2 AS leaves
    FROM (
        SELECT member, toInt32(day) AS day, arrayJoin(arrayConcat(
            arrayMap(t -> (t, 0), multiIf(NOT is_active, [], empty(leaves), [first], times)),
            arrayMap(t -> (t, 1), leaves))) AS point
        FROM at_days))
, walked AS (
    SELECT member, day, ms, leaves, before, last,
           multiIf(leaves = 1, if(before = 1, '', 'left'),
                   before = -1, 'new',
                   before = 1 OR day - last > churn_after, 'resurrected', '') AS becomes
    FROM (
        SELECT *, lagInFrame(toInt8(leaves), 1, toInt8(-1)) OVER (PARTITION BY member ORDER BY day, ms, leaves) AS before,
               max(if(leaves = 1, -1, day)) OVER (PARTITION BY member ORDER BY day, ms, leaves ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS last
        FROM points))
, stays AS ( -- stay 0 is a leave of who was never active
    SELECT member, stay, min(day) AS begin, min(ms) AS begin_ms, anyIf(becomes, becomes IN ('new', 'resurrected')) AS initial,
           multiIf(initial = 'new', '', countIf(becomes = 'resurrected' AND before = 1) > 0, 'left', 'churned') AS previous,
           maxIf(day, leaves = 0) + churn_after + 1 AS silent,
           countIf(becomes = 'left') > 0 AS gone, minIf(day, becomes = 'left') AS left_day, minIf(ms, becomes = 'left') AS left_ms
    FROM (
        SELECT *, countIf(becomes IN ('new', 'resurrected')) OVER (PARTITION BY member ORDER BY day, ms, leaves ROWS UNBOUNDED PRECEDING) AS stay
        FROM walked)
    GROUP BY member, stay)
, (d, begin, initial, hot) -> multiIf(
    d <= begin, initial,
    has(hot, d), 'at_risk',
    d >= begin + settling OR notEmpty(hot) AND hot[1] < d, 'active',
    initial) AS state_at
, changes AS ( -- rank: at one instant a midnight comes before an action, and that before a leave
    SELECT member, change.1 AS day, change.2 AS ms, change.3 AS rank, change.4 AS from, change.5 AS to
    FROM (
        SELECT member,
               churns_at <= today AND (NOT gone OR churns_at <= left_day) AS churns,
               arrayConcat(
                   if(stay = 0, [], [(begin, begin_ms, 1, previous, initial)]),
                   arrayMap(d -> (d, midnight_of(d), 0, state_at(d - 1, begin, initial, hot), state_at(d, begin, initial, hot)),
                       arrayFilter(d -> d > begin AND d <= end AND state_at(d - 1, begin, initial, hot) != state_at(d, begin, initial, hot),
                           arrayDistinct(arrayConcat([begin + settling], hot, arrayMap(d -> d + 1, hot))))),
                   if(churns, [(churns_at, midnight_of(churns_at), 0, state_at(end, begin, initial, hot), 'churned')], []),
                   if(NOT gone, [], [(left_day, left_ms, 2,
                       multiIf(stay = 0, '', churns, 'churned', state_at(end, begin, initial, hot)), 'left')])) AS all
        FROM (
            SELECT stays.*, if(stay = 0, 1000000, silent) AS churns_at, least(churns_at - 1, if(gone, left_day, today), today) AS end,
                   arraySort(arrayFilter(d -> d > begin AND d <= end, high)) AS hot
            FROM stays LEFT JOIN risks USING member))
    ARRAY JOIN all AS change)
