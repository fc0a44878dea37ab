package main

type evaluateCmd struct {
	Churn  evaluateChurnCmd  `cmd:"" help:"Walk through a community's history and score what the churn model would have said."`
	Alerts evaluateAlertsCmd `cmd:"" help:"Compare a community's alerts with what is known to have happened there."`
	KOL    evaluateKOLCmd    `cmd:"" name:"kol" help:"Compare a community's leaders with what members are known to be worth, or attack a copy of it."`
}

func (evaluateCmd) Example() string {
	return "rollcall evaluate churn --community demo\n  rollcall evaluate kol --community demo --attack ring\n  rollcall evaluate alerts --truth lab.truth.json --community lab"
}
