SELECT member, toDate(toUInt16(day)) AS day, count() AS actions, countIf(contributing) AS contributions
FROM acted
GROUP BY member, acted.day
