-- The numbers of who is on a board; the score is left to tests, with an implementation of its own.
, on_board AS ( -- of more than a hundred, who is published; else everyone who was ever endorsed
    SELECT board, member FROM rollcall.kols FINAL
    WHERE community = {community:String} AND toUnixTimestamp64Milli(as_of) = asof AND (SELECT uniqExact(target) FROM pairs) > 100
    UNION ALL
    SELECT arrayJoin(['all_time', 'current']), target FROM pairs WHERE (SELECT uniqExact(target) FROM pairs) <= 100 GROUP BY target)
, boards AS (
    SELECT 'all_time' AS board, actor, target FROM pairs
    UNION ALL
    SELECT 'current', actor, target FROM pairs WHERE now >= 0.5)
, direct AS (
    SELECT board, target AS member, groupUniqArray(actor) AS endorsers FROM boards GROUP BY board, target)
, indirect AS (
    SELECT o.board AS board, o.member AS member, groupUniqArray(p.actor) AS theirs
    FROM (SELECT board, member, arrayJoin(endorsers) AS endorser FROM direct WHERE (board, member) IN (SELECT board, member FROM on_board)) AS o
    INNER JOIN boards AS p ON p.board = o.board AND p.target = o.endorser
    GROUP BY board, member)
, h AS (
    SELECT member, length(arrayFilter((n, i) -> n >= i, arrayReverseSort(groupArray(n)) AS ns, arrayEnumerate(ns))) AS h_index
    FROM (SELECT target AS member, object, uniqExact(actor) AS n FROM ties WHERE object != '' GROUP BY target, object)
    GROUP BY member)
, sides AS (
    SELECT actor AS member, target AS other, sqrt(now) AS w FROM pairs WHERE now >= 1 / 64
    UNION ALL
    SELECT target, actor, sqrt(now) FROM pairs WHERE now >= 1 / 64)
, depend AS ( -- as in kol_dependents.sql
    SELECT other AS leader, count() AS n
    FROM (
        SELECT member, other, sum(w) AS w, sum(w) OVER (PARTITION BY member) AS all
        FROM sides
        GROUP BY member, other)
    WHERE w / all > 0.501 OR w / all > 0.499 AND (member, other) IN (
        SELECT member, kol FROM rollcall.kol_dependents FINAL
        WHERE community = {community:String} AND toUnixTimestamp64Milli(as_of) = asof)
    GROUP BY other)
SELECT on_board.board AS board, on_board.member AS member,
       length(direct.endorsers) AS endorsers, h.h_index AS h_index,
       10 * length(direct.endorsers) + length(arrayFilter(x -> x != on_board.member AND NOT has(direct.endorsers, x), indirect.theirs)) AS reach,
       depend.n AS dependents
FROM on_board
LEFT JOIN direct ON direct.board = on_board.board AND direct.member = on_board.member
LEFT JOIN indirect ON indirect.board = on_board.board AND indirect.member = on_board.member
LEFT JOIN h ON h.member = on_board.member
LEFT JOIN depend ON depend.leader = on_board.member
