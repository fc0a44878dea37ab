package dashboards

// Meaning is what a reader of a panel's numbers should know: the console and Grafana link to it, and docs/metrics has a page of
// each.
type Meaning struct {
	Formula  Text     `json:"formula"`  // how it is computed, in one or two sentences
	Reading  Text     `json:"reading"`  // how to read it, and what to do about it
	Misleads Text     `json:"misleads"` // how it can deceive
	Tables   []string `json:"tables"`   // of the read model
	Page     string   `json:"page"`     // where the definition is worked out, a file's name in docs/metrics
}

// meanings are by panel.
var meanings = map[string]Meaning{}
