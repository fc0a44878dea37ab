package dashboards

func absence() Panel {
	return Panel{
		ID:    "absence",
		Kind:  Trend,
		Title: Text{"On how few members does it all rest?", "社区靠多少人撑着？"},
		Description: Text{
			"Absence factor: the fewest members who made half of all contributions by the end of each day. A low line is a risk: if these few went, half of what is contributed would go with them. " + meanOfDays,
			"缺席因子：截至每日结束，贡献了全部内容一半所需的最少成员数。数值低意味着风险：这几个人一旦离开，社区将失去一半的贡献。" + meanOfDaysZH,
		},
		Empty: noDays,
		Columns: []Column{
			{"start", Text{"Day", "日期"}, Date},
			{"interval", Text{"Interval", "间隔"}, IntervalLen},
			{"absence_factor", Text{"Absence factor", "缺席因子"}, Members},
		},
		// One or two people can fall ill in the same week.
		Limits: []Limit{{"absence_factor", 0, Bad}, {"absence_factor", 3, Watch}, {"absence_factor", 10, Good}},
		SQL: sql(`
WITH <interval> AS step
SELECT multiIf(step = 'day', day, step = 'week', toMonday(day), toStartOfMonth(day)) AS start,
       step AS interval,
       avg(d.absence_factor) AS absence_factor
FROM (
  SELECT day, absence_factor
  FROM <community_days>
  WHERE community = $community$ AND day BETWEEN <first_day> AND <last_day>
) AS d
GROUP BY start
ORDER BY start
LIMIT 1000`),
	}
}

// newestRanking is the as_of of the newest ranking up to the range's end; that of the open day lies up to a day ahead.
const newestRanking = "(SELECT maxOrNull(as_of) FROM <kols> WHERE community = $community$ AND board = 'current' AND as_of < $to$ + INTERVAL 1 DAY)"

func kols() Panel {
	return Panel{
		ID:    "kols",
		Kind:  Table,
		Title: Text{"Who holds the community together?", "谁在凝聚社区？"},
		Description: Text{
			"The 20 members with the most influence now (half-life 90 days), as of the end of the range: PageRank over who answers, comments on, reacts to, shares, mentions, follows, messages and votes for whom, where walks begin at members whom the community's founders and those they vouch for have endorsed for a while, so that a ring of new accounts counts for nothing; times 1 + ln of the member's own active days. Shown is the share among the first hundred. Change: places gained in a week. Reach: 10 for each endorser, 1 for each of theirs. h: so many contents with as many endorsers each. Bridge: how much the member ties clusters together. Dependents: members more than half of whose ties are with this one.",
			"截至所选范围末、按当前（半衰期 90 天）影响力排名的前 20 名成员：对回答、评论、互动、分享、提及、关注、消息与投票构成的关系图计算 PageRank，起点为社区创始成员及其逐级担保者长期认可的成员，因此新账号互相吹捧毫无作用；再乘以 1 + ln(自身活跃天数)。显示的是在前 100 名中所占的份额。变化：一周内上升的名次。触达：每名认可者 10 分，认可者的认可者 1 分。h：有 h 个内容各获得至少 h 人认可。桥接：连接不同圈子的程度。依附者：一半以上互动关系与其相连的成员。",
		},
		Empty: Text{"No ranking yet: it needs members who answer, comment on, react to, mention, follow or vote for one another, with a target.", "尚无排名：需要成员之间带有 target 的回答、评论、互动、提及、关注或投票。"},
		Columns: []Column{
			{"member", Text{"Member", "成员"}, ""},
			{"influence", Text{"Influence", "影响力"}, Share},
			{"gained", Text{"Change", "变化"}, ""},
			{"endorsers", Text{"Endorsers", "认可者"}, Members},
			{"h_index", Text{"h", "h 指数"}, ""},
			{"reach", Text{"Reach", "触达"}, ""},
			{"cluster", Text{"Cluster", "圈子"}, ""},
			{"bridge", Text{"Bridge", "桥接"}, Share},
			{"dependents", Text{"Dependents", "依附者"}, Members},
		},
		SQL: sql(`
WITH ` + newestRanking + ` AS newest, toInt64(ifNull(rank_change, 0)) AS places
SELECT member, score / sum(score) OVER () AS influence,
       multiIf(isNull(rank_change), '', places > 0, concat('▲ ', toString(places)), places < 0, concat('▼ ', toString(-places)), '=') AS gained,
       endorsers, toString(h_index) AS h_index, toString(reach) AS reach, if(cluster = 0, '', toString(cluster)) AS cluster, bridge, dependents
FROM <kols>
WHERE community = $community$ AND board = 'current' AND as_of = newest
ORDER BY rank
LIMIT 20`),
	}
}

func dependents() Panel {
	return Panel{
		ID:    "dependents",
		Kind:  Table,
		Title: Text{"Who would leave with whom?", "谁会跟着谁离开？"},
		Description: Text{
			"Members who have more than half of their ties (current weight, both directions) with one of the 100 first of a board. Listed are leaders by how many depend on them, and of those the five with the greatest share. If the leader goes, they may follow: give them others to talk with.",
			"一半以上互动关系（当前权重，双向合计）与某位前 100 名核心用户相连的成员。按依附人数列出核心用户，并列出占比最高的五名依附者。核心用户一旦离开，他们可能跟着离开：请为他们牵线，结识更多人。",
		},
		Empty: Text{"Nobody depends on a single leader, or there is no ranking yet.", "没有成员依附于单一核心用户，或尚无排名。"},
		Columns: []Column{
			{"leader", Text{"Leader", "核心用户"}, ""},
			{"dependents", Text{"Dependents", "依附者"}, Members},
			{"who", Text{"First of them", "其中最先的"}, ""},
		},
		SQL: sql(`
WITH (SELECT maxOrNull(as_of) FROM <kol_dependents> WHERE community = $community$ AND as_of < $to$ + INTERVAL 1 DAY) AS newest
SELECT kol AS leader, count() AS dependents,
       arrayStringConcat(arrayMap(x -> concat(` + isolated("x.2") + `, ' ', toString(round(100 * x.1)), ' %'), arraySlice(arrayReverseSort(groupArray((share, member))), 1, 5)), ', ') AS who
FROM <kol_dependents>
WHERE community = $community$ AND as_of = newest
GROUP BY leader
ORDER BY dependents DESC, leader
LIMIT 20`),
	}
}

func clusters() Panel {
	return Panel{
		ID:    "clusters",
		Kind:  Table,
		Title: Text{"Which circles is it made of?", "社区由哪些圈子组成？"},
		Description: Text{
			"Groups of members with more ties among themselves than with others (Leiden, modularity), made anew every Monday; a cluster keeps its number while it keeps most of its members. Named after the channels in which they do most.",
			"内部互动多于对外互动的成员群体（Leiden 算法，模块度），每周一重新计算；多数成员不变时编号不变。以成员最常用的频道命名。",
		},
		Empty: Text{"No clusters yet: they are found on Mondays, where members endorse one another.", "尚无圈子：在成员互相认可之后的周一计算。"},
		Columns: []Column{
			{"cluster", Text{"Cluster", "圈子"}, ""},
			{"label", Text{"Channels", "频道"}, ""},
			{"people", Text{"Members", "成员数"}, Members},
			{"leading", Text{"First of them", "核心成员"}, ""},
		},
		SQL: sql(`
WITH (SELECT maxOrNull(as_of) FROM <clusters> WHERE community = $community$ AND as_of < $to$ + INTERVAL 1 DAY) AS newest
SELECT toString(cluster) AS cluster, label, members AS people,
       arrayStringConcat(arrayMap(x -> ` + isolated("x") + `, arraySlice(JSONExtract(top_members, 'Array(String)'), 1, 5)), ', ') AS leading
FROM <clusters>
WHERE community = $community$ AND as_of = newest AND members > 1
ORDER BY people DESC, clusters.cluster
LIMIT 12`),
	}
}
