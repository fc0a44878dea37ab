package main

type evaluateCmd struct {
	Churn evaluateChurnCmd `cmd:"" help:"Walk through a community's history and score what the churn model would have said."`
}

func (evaluateCmd) Example() string { return "rollcall evaluate churn --community demo" }
