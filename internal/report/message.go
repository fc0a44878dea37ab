package report

import (
	"fmt"
	"math"
	"strings"
)

// Headline is the report in a line, for a message's title.
func (r *Report) Headline(lang string) string {
	l := language(lang)
	now := r.This().Values[Active]
	text := l.pick(fmt.Sprintf("%s, week %s: %s active %s", r.Community, r.Week, whole(now), pick(now == 1, "member", "members")),
		fmt.Sprintf("%s %s 周报：%s 名活跃成员", r.Community, r.Week, whole(now)))
	if before, ok := r.Before(1); ok {
		text += l.pick(", ", "，") + l.pick("change ", "变化 ") + l.change(Active, now, before.Values[Active])
	}
	return text
}

// mostThanked are named in a message.
const mostThanked = 5

// Message is the report in lines, for a chat: the headline, the main numbers, who to thank, and then what else is notable.
// What is notable may be long, and chats cut the end off.
func (r *Report) Message(lang string) []string {
	l := language(lang)
	said := r.Sentences(lang)
	if len(said) == 0 {
		return nil // nothing has happened
	}
	out := []string{said[0], r.mainNumbers(l)}
	var thanked []string
	for _, c := range r.Contributors[:min(len(r.Contributors), mostThanked)] {
		thanked = append(thanked, c.Member)
	}
	if len(thanked) > 0 {
		out = append(out, words["thank"].In(lang)+l.pick(": ", "：")+strings.Join(thanked, l.pick(", ", "、")))
	}
	return append(out, said[1:]...)
}

func (r *Report) mainNumbers(l language) string {
	before, ok := r.Before(1)
	var numbers []string
	for _, n := range []Number{Contributing, New, Returning, Resurrecting, Dormant, Actions, AtRisk, Churned, Left} {
		text := abouts[n].name.In(string(l)) + " " + l.value(n, r.This().Values[n])
		if d := r.This().Values[n] - before.Values[n]; ok && d != 0 {
			text += l.pick(" (", "（") + signed(whole(math.Abs(d)), d) + l.pick(")", "）")
		}
		numbers = append(numbers, text)
	}
	return strings.Join(numbers, l.pick(", ", "，")) + l.pick(".", "。")
}
