-- Whoever was endorsed has a place: of the first hundred the published one, of others the one they have.
SELECT endorsed.member AS member, if(k.rank > 0, k.rank, m.influence_rank) AS influence_rank
FROM (SELECT DISTINCT target AS member FROM pairs) AS endorsed
LEFT JOIN (
    SELECT member, rank FROM rollcall.kols FINAL
    WHERE community = {community:String} AND board = 'all_time' AND toUnixTimestamp64Milli(as_of) = asof) AS k ON k.member = endorsed.member
LEFT JOIN (
    SELECT member, influence_rank FROM rollcall.members_kol FINAL WHERE community = {community:String}) AS m ON m.member = endorsed.member
