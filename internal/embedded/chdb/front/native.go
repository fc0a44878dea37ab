package front

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"

	chproto "github.com/ClickHouse/ch-go/proto"
	"github.com/ClickHouse/clickhouse-go/v2/lib/column"
	"github.com/ClickHouse/clickhouse-go/v2/lib/proto"
)

// nativeWriter turns the engine's Native blocks, which are of revision 0, into
// blocks of the client's revision with the client's own code.
type nativeWriter struct {
	revision uint64
	buffer   chproto.Buffer
}

// encode returns bytes that are valid until the next call.
func (n *nativeWriter) encode(blocks []byte) ([]byte, error) {
	in := chproto.NewReader(bytes.NewReader(blocks))
	n.buffer.Reset()
	for {
		block := proto.Block{ServerContext: &column.ServerContext{Timezone: time.UTC}}
		err := block.Decode(in, 0)
		if errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return n.buffer.Buf, nil
		}
		if err != nil {
			return nil, &failure{code: 48, err: fmt.Errorf("a column's type cannot be sent in Native form, so cast it, for instance with toString: %w", err)}
		}
		if err := block.Encode(&n.buffer, n.revision); err != nil {
			return nil, fmt.Errorf("encoding a result block: %w", err)
		}
	}
}
