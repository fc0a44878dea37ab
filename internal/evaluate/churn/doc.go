// Package churn measures the churn model on a community's own history: it walks through it with the product's own model,
// asks it at weekly cut-offs, with only what was known then, who falls silent, and compares with what came. Beside it
// stand what anybody could do: the silence so far alone, the frequency alone, and BG/NBD.
package churn
