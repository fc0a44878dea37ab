// Package memberpb is what the goka contender keeps of a member, as protobuf: its users would generate such a type (with
// protoc-gen-go, paths=source_relative).
package memberpb
