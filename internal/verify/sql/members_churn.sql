, scores AS ( -- as of the last midnight
    SELECT member, risk_of(weights, level, today, first, last, n, recent, sum7, sum30, sum120) AS risk,
           if(n = 1,
              1 - if(gaps[today - last] > 0, least(greatest(gaps[today - last + 56] / gaps[today - last], 0.0001), 0.9999), 0.9999),
              1 / (1 + alive['a'] / (alive['b'] + n - 2)
                  * pow((alive['alpha'] + today - first) / (alive['alpha'] + last - first), alive['r'] + n - 1))) AS p_alive
    FROM (SELECT *, 1 AS one FROM active_days WHERE last < today AND next >= today AND today - last <= reach) AS m
    JOIN (SELECT * FROM fits WHERE since <= today ORDER BY since DESC LIMIT 1) AS f ON m.one = f.one)
SELECT c.member AS member, c.state AS state, fromUnixTimestamp64Milli(c.since, 'UTC') AS state_since,
       if(s.known, s.risk, NULL) AS risk, if(s.known, s.p_alive, NULL) AS p_alive
FROM (
    SELECT member, argMax(to, (day, ms, rank)) AS state, argMax(ms, (day, ms, rank)) AS since
    FROM changes GROUP BY member) AS c
LEFT JOIN (SELECT *, true AS known FROM scores) AS s ON c.member = s.member
