// Package load makes the events of every benchmark: the same options give the same actions, byte for byte, so every
// contender reads the same content, as protobuf or as JSON.
//
// An action has an id like a UUIDv7, a community, a member, a kind by realistic weights, a channel of the one to three
// that the member is in, a platform that is mostly the member's own, an object, a target on some kinds, and small
// properties on some: about 210 bytes as protobuf. Event time rises evenly over Days days, which no real community does.
// It reads no clock and no file.
package load
