-- Some windows and dimensions: of {windows}, 5m, 1h, 24h, 7d and 30d, and {dimensions}, '', channel, platform and kind.
, window -> transform(window, ['5m', '1h', '24h', '7d', '30d'], [5, 60, 24, 7, 30], 0) AS panes
, (window, ms) -> toInt64(multiIf(
    window IN ('5m', '1h'), floor(ms / 60000),
    window = '24h', floor(ms / 3600000),
    day_of(ms))) AS pane_of
, (window, pane) -> multiIf(
    window IN ('5m', '1h'), fromUnixTimestamp64Milli(toInt64(pane) * 60000, 'UTC'),
    window = '24h', fromUnixTimestamp64Milli(toInt64(pane) * 3600000, 'UTC'),
    toDateTime64(toDateTime(toDate(toUInt16(pane)), {zone:String}), 3, 'UTC')) AS begin_of
, acted_in AS (
    SELECT dimension, segment, window, member, active, contributing, pane_of(window, ms) AS pane
    FROM (
        SELECT arrayJoin({windows:Array(String)}) AS window, *
        FROM (
            SELECT arrayJoin({dimensions:Array(String)}) AS dimension, member, active, contributing, ms,
                   multiIf(
                       dimension = 'channel', toString(channel),
                       dimension = 'platform', toString(platform),
                       dimension = 'kind', toString(kind), '') AS segment
            FROM acted)
        WHERE dimension = '' OR segment != ''))
-- A member is counted once, by the newest of the panes so far: in the windows that end one to `panes` panes later, as
-- long as there is no newer one. These are the steps up and down of the count, at the ends where they happen.
, (window, at) -> arrayConcat(
    arrayMap(pane -> (pane + 1, 1), at),
    arrayMap((pane, newer) -> (least(pane + panes(window), newer) + 1, -1), at, arrayShiftLeft(at, 1, 1000000000000))) AS counted
, steps AS (
    SELECT dimension, segment, window, step.1 AS end, step.2 AS a, step.3 AS b, step.4 AS c
    FROM (
        SELECT dimension, segment, window, arrayJoin([(pane + 1, n, 0, 0), (pane + panes(window) + 1, -n, 0, 0)]) AS step
        FROM (SELECT dimension, segment, window, pane, toInt64(count()) AS n FROM acted_in GROUP BY dimension, segment, window, pane)
        UNION ALL
        SELECT dimension, segment, window, arrayJoin(arrayConcat(
            arrayMap(s -> (s.1, toInt64(0), s.2, 0), counted(window, actives)),
            arrayMap(s -> (s.1, toInt64(0), 0, s.2), counted(window, contributings)))) AS step
        FROM (
            SELECT dimension, segment, window, arraySort(groupUniqArrayIf(pane, active)) AS actives,
                   arraySort(groupUniqArrayIf(pane, contributing)) AS contributings
            FROM acted_in GROUP BY dimension, segment, window, member)))
-- A row where a value differs from the one before, up to the pane that holds stream time.
SELECT dimension, segment, window, begin_of(window, end) AS time,
       sum(da) OVER (PARTITION BY dimension, segment, window ORDER BY end) AS actions,
       sum(db) OVER (PARTITION BY dimension, segment, window ORDER BY end) AS active_members,
       sum(dc) OVER (PARTITION BY dimension, segment, window ORDER BY end) AS contributing_members
FROM (
    SELECT dimension, segment, window, end, sum(a) AS da, sum(b) AS db, sum(c) AS dc
    FROM steps
    WHERE end <= pane_of(window, {now:Int64}) + 1
    GROUP BY dimension, segment, window, end
    HAVING da != 0 OR db != 0 OR dc != 0)
-- A date that a zone passed over begins and ends at one instant: the end of the day before gives way to its own.
ORDER BY end DESC LIMIT 1 BY dimension, segment, window, time
