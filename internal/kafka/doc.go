// Package kafka is Rollcall's way to a Kafka cluster, real or embedded, and the only importer of its client library.
//
// EnsureTopics makes the topics. Records leave through a Producer, which acknowledges what all in-sync replicas hold
// and lets concurrent callers share one request per partition. They come back through a Reader, one per partition,
// from an absolute offset, each once and in order. A Group says which partitions this process owns, and until when;
// where to begin reading is not the group's business but the snapshot's.
//
// It refuses, rather than guesses: a topic whose partition count is not the deployment's (ErrPartitions), an offset the
// log does not hold (ErrOffset), a record that fits no batch (ErrTooLarge), a topic written to in transactions
// (ErrTransactional), a cluster that does not let it in (ErrDenied). It decodes no value and reads no clock but for
// timeouts and the timestamps of records, which nothing in Rollcall looks at.
package kafka
