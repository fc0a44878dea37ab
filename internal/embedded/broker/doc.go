// Package broker runs a Kafka broker inside this process: kfake of franz-go, with its log on disk.
//
// Records come and go over Kafka's own protocol on a loopback socket, so every client and tool works with it, and so
// does the same code that talks to a real cluster. A produce request is answered once its batch is written and
// flushed to the disk (fsync); the same folder goes on after Close and after a kill. The broker takes a folder for
// itself alone and does not lock it: that is the data folder's part.
//
// It refuses an address that is not loopback, and closes a connection whose bytes are no Kafka request.
// It has one node and no replicas: the disk below it is all the safety there is. kfake reports a failed write to the
// producer, but drops the error of a failed fsync, and cuts a partition at the first batch whose checksum is wrong.
package broker
