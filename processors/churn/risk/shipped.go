package risk

import "github.com/rollcall-dev/rollcall/processors/churn/risk/logit"

//go:generate go run ../../../internal/evaluate/training/shipped -data ../../../../shared/data -out shipped_fit.go

// Shipped is what a community starts from: a fit on other communities, and how their silences went.
type Shipped struct {
	Scale        logit.Scale
	Coefficients logit.Coefficients
	Hazards      Hazards
}
