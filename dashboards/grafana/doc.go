// Package grafana writes the panels that package dashboards declares as dashboards for Grafana, with what provisions them: a
// folder, ClickHouse's data source (the official plugin's, version 4) and Prometheus', and alert rules.
//
// In come the panels, and a language and choices ([Options]); out come files by name ([Files]), the same bytes each time. It
// owns how a kind of panel is drawn there, what a reader chooses (variables), the links between boards, the marks on the time
// axis, and the one board that is not about a community: the pipeline's health, from Prometheus. Titles, texts, units, limits
// and SQL are the panels'. It refuses nothing that package dashboards declares, and knows no server: it is tested by the SDK's
// types and by running what Grafana would send.
package grafana
