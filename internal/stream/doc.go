// Package stream is the engine: it restores a fold, feeds it a partition's records, delivers what comes out, and takes
// snapshots. It owns the order in which things become true (laws 1, 4 and 5):
//
//  1. records are folded, in the order of their offsets;
//  2. signals, rejections, moves and rows are delivered, again and again until every sink accepted them;
//  3. only then may a snapshot or a [Position], which the group is told, say that the records are done.
//
// So a crash at any moment repeats work and loses none, and what is repeated changes nothing. One goroutine owns a
// partition's fold. A sink that is down stops the partition, with back-off and a metric; memory stays bounded, because
// nothing more is fetched meanwhile.
//
// A record on which a fold panics (a bug of ours) is parked: the state is restored, and the record is kept as rejected. A
// log and snapshots that do not fit each other, or another number of partitions, are refused with the way to go on.
//
// Records enter from a [Source], outputs leave through [Log] and [Sink], snapshots live in a [Store]. The engine knows no
// client library.
package stream
