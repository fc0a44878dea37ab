-- One window and one dimension: {window} is 5m, 1h, 24h, 7d or 30d, {dimension} is '', channel, platform or kind.
, transform({window:String}, ['5m', '1h', '24h', '7d', '30d'], [5, 60, 24, 7, 30], 0) AS panes
, ms -> toInt64(multiIf(
    {window:String} IN ('5m', '1h'), floor(ms / 60000),
    {window:String} = '24h', floor(ms / 3600000),
    day_of(ms))) AS pane_of
, pane -> multiIf(
    {window:String} IN ('5m', '1h'), fromUnixTimestamp64Milli(toInt64(pane) * 60000, 'UTC'),
    {window:String} = '24h', fromUnixTimestamp64Milli(toInt64(pane) * 3600000, 'UTC'),
    toDateTime64(toDateTime(toDate(toUInt16(pane)), {zone:String}), 3, 'UTC')) AS begin_of
, acted_in AS (
    SELECT multiIf(
               {dimension:String} = 'channel', toString(channel),
               {dimension:String} = 'platform', toString(platform),
               {dimension:String} = 'kind', toString(kind), '') AS segment,
           member, active, contributing, pane_of(ms) AS pane
    FROM acted
    WHERE {dimension:String} = '' OR segment != '')
-- A member is counted once, by the newest of the panes so far: in the windows that end one to `panes` panes later, as
-- long as there is no newer one. These are the steps up and down of the count, at the ends where they happen.
, at -> arrayConcat(
    arrayMap(pane -> (pane + 1, 1), at),
    arrayMap((pane, newer) -> (least(pane + panes, newer) + 1, -1), at, arrayShiftLeft(at, 1, 1000000000000))) AS counted
, steps AS (
    SELECT segment, step.1 AS end, step.2 AS a, step.3 AS b, step.4 AS c
    FROM (
        SELECT segment, arrayJoin([(pane + 1, n, 0, 0), (pane + panes + 1, -n, 0, 0)]) AS step
        FROM (SELECT segment, pane, toInt64(count()) AS n FROM acted_in GROUP BY segment, pane)
        UNION ALL
        SELECT segment, arrayJoin(arrayConcat(
            arrayMap(s -> (s.1, toInt64(0), s.2, 0), counted(actives)),
            arrayMap(s -> (s.1, toInt64(0), 0, s.2), counted(contributings)))) AS step
        FROM (
            SELECT segment, arraySort(groupUniqArrayIf(pane, active)) AS actives,
                   arraySort(groupUniqArrayIf(pane, contributing)) AS contributings
            FROM acted_in GROUP BY segment, member)))
-- A row where a value differs from the one before, up to the pane that holds stream time.
SELECT {dimension:String} AS dimension, segment, {window:String} AS window, begin_of(end) AS time,
       sum(da) OVER (PARTITION BY segment ORDER BY end) AS actions,
       sum(db) OVER (PARTITION BY segment ORDER BY end) AS active_members,
       sum(dc) OVER (PARTITION BY segment ORDER BY end) AS contributing_members
FROM (
    SELECT segment, end, sum(a) AS da, sum(b) AS db, sum(c) AS dc
    FROM steps
    WHERE end <= pane_of({now:Int64}) + 1
    GROUP BY segment, end
    HAVING da != 0 OR db != 0 OR dc != 0)
-- A date that a zone passed over begins and ends at one instant: the end of the day before gives way to its own.
ORDER BY end DESC LIMIT 1 BY segment, time
