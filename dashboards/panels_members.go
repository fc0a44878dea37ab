package dashboards

// engagedMembers lets every score decay from the member's last action, of which it is
// published, to the community's stream time: 2^(-Δ/7 d).
func engagedMembers() Panel {
	return Panel{
		ID:    "engaged_members",
		Kind:  Table,
		Title: Text{"Who is most engaged now?", "现在谁最投入？"},
		Description: Text{
			"The 20 members with the highest engagement score at the community's newest time, whatever the range: each action counts by the weight of its kind and halves every 7 days. All other columns look at all times. Days are calendar days with any activity, the channel is the one with most of the member's actions. Bots are marked, not hidden.",
			"以社区最新时间计，投入度最高的 20 名成员，与所选范围无关：每次行为按其类型的权重计分，每 7 天减半。其余各列统计全部时间。天数为活跃的自然日，频道为该成员行为最多的频道。机器人会标出，不会隐藏。",
		},
		Empty: Text{"No data yet: nobody's score is above zero now. It rises with the next posts, answers or reactions; import or send some.", "尚无数据：目前没有成员的投入度高于零。有了新的发帖、回答或互动后会上升；请导入或发送行为。"},
		Columns: []Column{
			{"member", Text{"Member", "成员"}, ""},
			{"engagement_now", Text{"Engagement", "投入度"}, Score},
			{"active_days", Text{"Days", "天数"}, Days},
			{"contributions", Text{"Contributions", "贡献"}, Actions},
			{"top_channel", Text{"Main channel", "主要频道"}, ""},
			{"first_seen", Text{"First seen", "首次出现"}, Time},
			{"last_seen", Text{"Last seen", "最近出现"}, Time},
			{"is_bot", Text{"Bot", "机器人"}, Flag},
		},
		// Less than 0.05 would be shown as 0. Stream time is told by the minute, so a last
		// action may be later.
		SQL: sql(`
WITH (SELECT max(time) FROM <communities> WHERE community = $community$) AS stream
SELECT member, engagement * exp2(-greatest(0, ifNull(dateDiff('millisecond', last_seen, stream), 0)) / 604800000) AS engagement_now,
       active_days, contributions, top_channel, first_seen, last_seen, is_bot
FROM <members_activity>
WHERE community = $community$ AND engagement_now >= 0.05
ORDER BY engagement_now DESC, member
LIMIT 20`),
	}
}

func lateActions() Panel {
	return Panel{
		ID:    "late_actions",
		Kind:  Stat,
		Title: Text{"Does anything wait for a rebuild?", "有行为等待重建吗？"},
		Description: Text{
			"Actions that came further behind the community's time than its lateness. They are stored and in no other number here until the community is rebuilt.",
			"比社区时间晚到的程度超过容许迟到时长的行为。它们已保存，但在重建社区之前不计入此处的其他数字。",
		},
		Empty: Text{"No data yet. Import actions or send one.", "尚无数据。请导入或发送行为。"},
		Columns: []Column{
			{"late_actions", Text{"Waiting actions", "等待的行为数"}, Actions},
			{"lateness_ms", Text{"Lateness", "容许迟到"}, Millis},
			{"time", Text{"Complete up to", "完整至"}, Time},
		},
		Limits: []Limit{{"late_actions", 0, Good}, {"late_actions", 1, Watch}},
		SQL: sql(`
SELECT assumeNotNull((SELECT count() FROM <actions> WHERE community = $community$ AND late = 1)) AS late_actions, lateness_ms, time
FROM <communities>
WHERE community = $community$
LIMIT 1`),
	}
}
