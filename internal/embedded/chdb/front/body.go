package front

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/ClickHouse/ch-go/compress"
	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

const (
	headSize     = 256 << 10 // bytes looked at for the head of an INSERT: ClickHouse's max_query_size
	maxStatement = 16 << 20  // bytes of a statement without rows
)

// requestBody is a body without its compression.
type requestBody struct {
	io.Reader
	raw   io.ReadCloser
	after func() // frees the decoder
}

// drainLimit bounds what is read of a refused body: a client that is still
// sending would see a broken connection instead of the answer.
const drainLimit = 256 << 20

func (b *requestBody) close() {
	_, _ = io.CopyN(io.Discard, b.raw, drainLimit) // whatever it holds, the answer is known
	b.after()
}

// plainBody undoes the HTTP encoding of a body, then ClickHouse's own frames.
func plainBody(r *http.Request, frames bool) (*requestBody, error) {
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		return nil, &failure{code: 48, err: errors.New("multipart bodies (external tables) are not supported by the embedded engine: insert the rows into a table first")}
	}
	b := &requestBody{Reader: r.Body, raw: r.Body, after: func() {}}
	encoding := strings.ToLower(r.Header.Get("Content-Encoding"))
	var err error
	switch encoding {
	case "", "identity":
	case "gzip", "x-gzip":
		b.Reader, err = gzip.NewReader(r.Body)
	case "deflate":
		b.Reader, err = zlib.NewReader(r.Body)
	case "br":
		b.Reader = brotli.NewReader(r.Body)
	case "lz4":
		b.Reader = lz4.NewReader(r.Body)
	case "zstd":
		var z *zstd.Decoder
		if z, err = zstd.NewReader(r.Body, zstd.WithDecoderConcurrency(1)); err == nil {
			b.Reader, b.after = z, z.Close
		}
	default:
		return nil, badRequest("Content-Encoding %q is not supported: use gzip, deflate, br, zstd or lz4", encoding)
	}
	if err != nil {
		return nil, badRequest("reading the %s body: %w", encoding, err)
	}
	if frames {
		b.Reader = frameReader{compress.NewReader(bufio.NewReaderSize(b.Reader, 1<<20))}
	}
	return b, nil
}

// frameReader gives ClickHouse's frames a plain io.EOF at their end; any other
// wrapped error keeps its cause.
type frameReader struct{ r *compress.Reader }

func (f frameReader) Read(p []byte) (int, error) {
	n, err := f.r.Read(p)
	if err != nil && errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		if strings.Contains(err.Error(), "read raw") { // a header without its data
			return n, io.ErrUnexpectedEOF
		}
		return n, io.EOF
	}
	return n, err
}

// readStatement finds the statement and, for an INSERT of rows, where its rows
// are: in the text, behind it in the body, or the whole body.
func readStatement(q *request, body io.Reader) (statement, io.Reader, error) {
	if q.query == "" {
		return statementInBody(q, body)
	}
	st := parse(q.query)
	if st.verb == "INSERT" && !st.rows { // "INSERT INTO t" with the rows as the body
		st.rows = true
		st.text = strings.TrimRight(st.text, "; \t\r\n")
	}
	if st.rows {
		st.format = first(st.format, q.format, "Values")
		if inline := q.query[st.rowsAt:]; strings.TrimSpace(inline) != "" {
			return st, io.MultiReader(strings.NewReader(inline+"\n"), body), nil
		}
		return st, body, nil
	}
	rest, err := readText(body, len(q.query))
	if err != nil {
		return st, nil, err
	}
	if len(bytes.TrimSpace(rest)) > 0 { // ClickHouse joins the two
		st = parse(q.query + "\n" + string(rest))
	}
	return st, nil, nil
}

func statementInBody(q *request, body io.Reader) (statement, io.Reader, error) {
	in := bufio.NewReaderSize(body, headSize)
	head, err := in.Peek(headSize)
	if err != nil && err != io.EOF { // a wrapped EOF is a torn body
		return statement{}, nil, fmt.Errorf("reading the request body: %w", err)
	}
	st := parse(string(head))
	if st.rows {
		st.format = first(st.format, q.format, "Values")
		_, err := in.Discard(st.rowsAt)
		return st, in, err
	}
	if err == nil { // longer than the head
		text, err := readText(in, 0)
		if err != nil {
			return statement{}, nil, err
		}
		st = parse(string(text))
	}
	if st.verb == "" {
		return st, nil, &failure{code: codeSyntax, err: errors.New("the request holds no statement: put it into the body or into ?query=")}
	}
	return st, nil, nil
}

func readText(r io.Reader, before int) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(r, int64(maxStatement-before)+1))
	if err != nil {
		return nil, fmt.Errorf("reading the request body: %w", err)
	}
	if len(text)+before > maxStatement {
		return nil, &failure{code: codeTooLarge, err: fmt.Errorf("the statement is longer than %d bytes: send rows as INSERT … FORMAT with the rows behind it", maxStatement)}
	}
	return text, nil
}
