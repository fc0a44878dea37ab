// Package collect drives HTTP collectors that write to the same Kafka: ours and Benthos, each in a process of its own,
// with the same requests. The client's CPU is not counted, but takes its part of the machine.
package collect
