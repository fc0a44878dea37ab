-- A member is counted on a day by the newest active day so far, if that is among the last 1, 7 or 30: from it on, as long
-- as there is no newer one. These are the steps up and down of the counts.
, (at, days) -> arrayConcat(
    arrayMap(day -> (day, 1), at),
    arrayMap((day, newer) -> (least(day + days, newer), -1), at, arrayShiftLeft(at, 1, toInt32(1000000000)))) AS counted
, steps AS (
    SELECT days, step.1 AS day, sum(step.2) AS members
    FROM (
        SELECT days, arrayJoin(counted(at, days)) AS step
        FROM (SELECT arraySort(groupUniqArray(day)) AS at FROM acted WHERE active GROUP BY member)
        ARRAY JOIN [1, 7, 30] AS days)
    GROUP BY days, day)
, calendar AS ( -- every day from the first action to stream time
    SELECT arrayJoin(range(first, day_of({now:Int64}) + 1)) AS day
    FROM (SELECT min(day) AS first FROM acted HAVING count() > 0))
, summed AS (
    SELECT day,
           sum(sum(d)) OVER (ORDER BY day) AS dau,
           sum(sum(w)) OVER (ORDER BY day) AS wau,
           sum(sum(m)) OVER (ORDER BY day) AS mau,
           sum(n) AS actions, sum(c) AS contributing_members
    FROM (
        SELECT day, if(days = 1, members, 0) AS d, if(days = 7, members, 0) AS w, if(days = 30, members, 0) AS m, 0 AS n, 0 AS c
        FROM steps
        UNION ALL
        SELECT day, 0, 0, 0, count(), uniqExactIf(member, contributing) FROM acted GROUP BY day
        UNION ALL
        SELECT day, 0, 0, 0, 0, 0 FROM calendar)
    GROUP BY day)
SELECT toDate(toUInt16(day)) AS day, dau, wau, mau, if(mau = 0, NULL, dau / mau) AS stickiness_ratio, actions,
       contributing_members, toInt64(dau) - toInt64(contributing_members) AS lurkers
FROM summed
WHERE summed.day IN (SELECT day FROM calendar)
