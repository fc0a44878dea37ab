package nativetest

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	chproto "github.com/ClickHouse/ch-go/proto"
	"github.com/ClickHouse/clickhouse-go/v2/lib/column"
	"github.com/ClickHouse/clickhouse-go/v2/lib/proto"
)

// insert is an INSERT whose rows follow as blocks: its head with the table and the columns.
var insert = regexp.MustCompile(`(?is)^\s*INSERT\s+INTO\s+(\S+)\s*\(([^()]*)\)\s*(?:FORMAT\s+Native|VALUES)?\s*$`)

func (x *session) query() error {
	var q chproto.Query
	if err := q.DecodeAware(x.in, revision); err != nil {
		return err
	}
	if q.Compression == chproto.CompressionEnabled {
		return errors.Join(x.fail(errors.New("nativetest knows no compression")), errors.New("refused"))
	}
	_, err := x.data() // the end of the external tables
	if err != nil {
		return err
	}
	if m := insert.FindStringSubmatch(q.Body); m != nil {
		err = x.insert(q, m[1], m[2])
	} else {
		err = x.selects(q)
	}
	var e *engineError
	if errors.As(err, &e) {
		return x.fail(e)
	}
	return err
}

// selects passes the blocks of a result on, and ends the statement where the client cancels it or goes.
func (x *session) selects(q chproto.Query) error {
	ctx, end := context.WithCancel(x.ctx)
	defer end()
	gone := x.watch(end)
	err := x.blocks(ctx, q)
	if gone() {
		return errors.New("cancelled")
	}
	if err != nil {
		return err
	}
	return x.end()
}

func (x *session) blocks(ctx context.Context, q chproto.Query) error {
	q.Settings = append(q.Settings, chproto.Setting{Key: "wait_end_of_query", Value: "1"}) // a failure has a status then
	res, err := x.ask(ctx, q, q.Body, nil)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	in := chproto.NewReader(bufio.NewReader(res.Body))
	for sent := false; ; sent = true {
		block := newBlock()
		err := block.Decode(in, 0)
		if errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			if !sent {
				return x.send(newBlock())
			}
			return nil
		}
		if err != nil {
			return err
		}
		if !sent { // the first block has columns only
			if err := x.send(empty(block)); err != nil {
				return err
			}
		}
		if err := x.send(block); err != nil {
			return err
		}
	}
}

// watch calls end when the client says anything while a statement runs: it can only cancel or go. What it returns stops
// watching and says whether that was so.
func (x *session) watch(end func()) func() bool {
	done := make(chan bool, 1)
	go func() {
		_, err := x.in.ReadByte()
		var timeout interface{ Timeout() bool }
		if errors.As(err, &timeout) && timeout.Timeout() {
			done <- false
			return
		}
		end()
		done <- true
	}()
	return func() bool {
		_ = x.conn.SetReadDeadline(time.Unix(1, 0))
		gone := <-done
		_ = x.conn.SetReadDeadline(time.Time{})
		return gone
	}
}

// insert tells the client the types of the columns, takes its blocks and hands them to the engine as one body.
func (x *session) insert(q chproto.Query, table, columns string) error {
	block, err := x.header(table, columns)
	if err != nil {
		return err
	}
	if err := x.send(block); err != nil {
		return err
	}
	var body chproto.Buffer
	for rows := -1; rows != 0; {
		if block, err = x.data(); err != nil {
			return err
		}
		if rows = block.Rows(); rows == 0 {
			break
		}
		if err := block.Encode(&body, 0); err != nil {
			return err
		}
	}
	if len(body.Buf) == 0 {
		return x.end()
	}
	res, err := x.ask(x.ctx, q, "INSERT INTO "+table+" ("+columns+") FORMAT Native", bytes.NewReader(body.Buf))
	if err != nil {
		return err
	}
	_ = res.Body.Close()
	return x.end()
}

// header is the columns of a table, without rows.
func (x *session) header(table, columns string) (*proto.Block, error) {
	res, err := x.ask(x.ctx, chproto.Query{}, "DESCRIBE (SELECT "+columns+" FROM "+table+")", nil)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	names, h := newBlock(), newBlock()
	if err := names.Decode(chproto.NewReader(bufio.NewReader(res.Body)), 0); err != nil {
		return nil, err
	}
	for i := range names.Rows() {
		if err := h.AddColumn(names.Columns[0].Row(i, false).(string), column.Type(names.Columns[1].Row(i, false).(string))); err != nil {
			return nil, err
		}
	}
	return h, nil
}

func (x *session) end() error {
	x.out.PutByte(byte(chproto.ServerCodeEndOfStream))
	return x.flush()
}

// data reads a packet with a block. Anything else, a cancel as well, is an error.
func (x *session) data() (*proto.Block, error) {
	if code, err := x.in.UVarInt(); err != nil || chproto.ClientCode(code) != chproto.ClientCodeData {
		return nil, errors.New("cancelled")
	}
	if name, err := x.in.Str(); err != nil || name != "" {
		return nil, errors.New("external tables are not known")
	}
	block := newBlock()
	err := block.Decode(x.in, revision)
	return block, err
}

func (x *session) send(b *proto.Block) error {
	x.out.PutByte(byte(chproto.ServerCodeData))
	x.out.PutString("")
	if err := b.EncodeHeader(&x.out, revision); err != nil {
		return err
	}
	for i, c := range b.Columns {
		if b.Rows() != 0 {
			if err := b.EncodeColumn(&x.out, revision, i); err != nil {
				return err
			}
			continue
		}
		x.out.PutString(c.Name()) // without rows there is no state either
		x.out.PutString(string(c.Type()))
		x.out.PutBool(false)
	}
	return x.flush()
}

// ask sends a statement over HTTP. The answer is in Native form.
func (x *session) ask(ctx context.Context, q chproto.Query, sql string, body io.Reader) (*http.Response, error) {
	v := url.Values{"default_format": {"Native"}}
	for _, s := range q.Settings {
		v.Set(s.Key, s.Value)
	}
	for _, p := range q.Parameters {
		v.Set("param_"+p.Key, unquote(p.Value))
	}
	if body == nil {
		body = strings.NewReader(sql)
	} else {
		v.Set("query", sql)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+x.o.HTTP+"/?"+v.Encode(), body)
	if err != nil {
		return nil, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	if res.StatusCode == http.StatusOK {
		return res, nil
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	code, _ := strconv.Atoi(res.Header.Get("X-ClickHouse-Exception-Code"))
	return nil, errors.Join(&engineError{code: code, text: strings.TrimSpace(string(text))}, err)
}

// unquote undoes the dump of a field, 'text', in which parameters travel.
func unquote(v string) string {
	if len(v) < 2 || v[0] != '\'' {
		return v
	}
	var out strings.Builder
	for i := 1; i < len(v)-1; i++ {
		if v[i] == '\\' {
			i++
		}
		out.WriteByte(v[i])
	}
	return out.String()
}

func newBlock() *proto.Block {
	return &proto.Block{ServerContext: &column.ServerContext{Timezone: time.UTC}}
}

func empty(b *proto.Block) *proto.Block {
	h := newBlock()
	for _, c := range b.Columns {
		_ = h.AddColumn(c.Name(), c.Type()) // of a type that was just decoded
	}
	return h
}
