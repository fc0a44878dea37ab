package main

type evaluateCmd struct {
	Alerts evaluateAlertsCmd `cmd:"" help:"Compare a community's alerts with what is known to have happened there."`
}

func (evaluateCmd) Example() string {
	return "rollcall evaluate alerts --truth lab.truth.json --community lab"
}
