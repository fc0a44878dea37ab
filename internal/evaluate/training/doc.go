// Package training makes the fit that ships with the program from data sets of other communities (churn-model: shipped
// fit). The program in its folder shipped writes it as Go.
package training
