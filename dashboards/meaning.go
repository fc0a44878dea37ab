package dashboards

import "maps"

// Meaning is what a reader of a panel's numbers should know: the console and Grafana link to it, and docs/metrics/numbers has a
// page of each, written from here.
type Meaning struct {
	Formula  Text     `json:"formula"`  // how it is computed, in one or two sentences
	Reading  Text     `json:"reading"`  // how to read it, and what to do about it
	Misleads Text     `json:"misleads"` // how it can deceive
	Tables   []string `json:"tables"`   // of the read model, sorted
	Page     string   `json:"page"`     // where the definition is worked out, a file's name in docs/metrics
}

//go:generate go run ./numbers -out ../docs/metrics/numbers

// meanings are by panel; a panel that is not drawn has none.
var meanings = func() map[string]Meaning {
	all := map[string]Meaning{}
	for _, family := range []map[string]Meaning{activityMeanings, daysMeanings, lifecycleMeanings, churnMeanings, kolMeanings, memberMeanings, portraitMeanings} {
		maps.Copy(all, family)
	}
	return all
}()
