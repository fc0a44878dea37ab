// Package broker starts the broker that all contenders of a run share, in a process of its own, so that its CPU time is
// nobody's, and fills its topics from the load: the same actions in the same order in each.
//
// The broker is Apache Kafka where a script that starts it is given and Java is there, else kfake. What it starts it
// ends, by its process id.
package broker
