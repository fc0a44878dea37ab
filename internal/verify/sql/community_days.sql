-- How many contributions each member had made by the end of each day from the member's first on.
, calendar AS ( -- every day from the first action to stream time
    SELECT arrayJoin(range(first, day_of({now:Int64}) + 1)) AS day
    FROM (SELECT min(day) AS first FROM acted HAVING count() > 0))
, made AS (
    SELECT at, sofar, until
    FROM (
        SELECT arraySort(groupArray((day, n))) AS days,
               arrayMap(x -> x.1, days) AS at,
               arrayCumSum(arrayMap(x -> x.2, days)) AS sofar,
               arrayShiftLeft(at, 1, toInt32(day_of({now:Int64}) + 1)) AS until
        FROM (SELECT member, day, count() AS n FROM acted WHERE contributing AND day <= day_of({now:Int64}) GROUP BY member, day)
        GROUP BY member)
    ARRAY JOIN at, sofar, until)
, ends AS (
    SELECT arrayJoin(range(at, until)) AS day, arrayReverseSort(groupArray(sofar)) AS most, sum(sofar) AS all
    FROM made
    GROUP BY day)
, firsts AS (SELECT min(day) AS day FROM acted WHERE active GROUP BY member)
SELECT toDate(toUInt16(known.day)) AS day,
       arrayFirstIndex(x -> 2 * x >= all, arrayCumSum(most)) AS absence_factor,
       members,
       length(most) AS contributors, all AS contributions
FROM (
    SELECT day, sum(n) OVER (ORDER BY day) AS members
    FROM (
        SELECT day, count() AS n FROM firsts WHERE day <= day_of({now:Int64}) GROUP BY day
        UNION ALL
        SELECT day, 0 FROM calendar WHERE day NOT IN (SELECT day FROM firsts))) AS known
LEFT JOIN ends ON known.day = ends.day
