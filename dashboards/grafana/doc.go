// Package grafana writes the panels that package dashboards declares as dashboards for Grafana, with the provisioning of a
// folder of them and of ClickHouse's data source (the official plugin's).
//
// In come the panels and a language ([Files]); out come files by name, the same bytes each time. It owns which panel stands
// on which dashboard, and how a kind of panel is drawn there; titles, texts, units and SQL are the panels'. It refuses
// nothing that package dashboards declares.
package grafana
