package schemas

import (
	"bytes"
	"errors"
	"math"
	"testing"
	"unicode/utf8"

	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

func toProto(a *Action) *actionpb.Action {
	p := &actionpb.Action{
		Version: a.Version, Community: string(a.Community), Member: string(a.Member), Id: string(a.ID),
		Kind: actionpb.Kind(a.Kind), Name: string(a.Name), Time: a.Time, Target: string(a.Target),
		Object: string(a.Object), Channel: string(a.Channel), Platform: string(a.Platform),
		Campaign: string(a.Campaign), Properties: string(a.Properties), Source: string(a.Source), Received: a.Received,
	}
	if a.HasValue {
		p.Value = proto.Float64(a.Value)
	}
	return p
}

func encode(t interface{ Fatal(...any) }, m proto.Message) []byte {
	b, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func drawAction(t *rapid.T) *Action {
	text := func(name string) []byte { return []byte(rapid.String().Draw(t, name)) }
	return &Action{
		Version: 1, Kind: Kind(rapid.IntRange(1, int(KindCustom)).Draw(t, "kind")),
		Community: []byte(rapid.StringMatching(`[A-Za-z0-9._-]{1,8}`).Draw(t, "community")),
		Member:    append([]byte("m"), text("member")...), ID: append([]byte("i"), text("id")...), Name: text("name"),
		Time: rapid.Int64Range(MinTime, MaxTime).Draw(t, "time"), Target: text("target"), Object: text("object"),
		Channel: text("channel"), Platform: text("platform"), Campaign: text("campaign"),
		HasValue: rapid.Bool().Draw(t, "has"), Value: rapid.Float64().Draw(t, "value"),
		Properties: text("properties"), Source: text("source"), Received: rapid.Int64().Draw(t, "received"),
	}
}

func TestAppendWritesWhatTheProtobufLibraryWrites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := drawAction(t)
		got, want := a.Append(nil), encode(t, toProto(a))
		if !bytes.Equal(got, want) {
			t.Fatalf("got %x\nwant %x", got, want)
		}
		var back Action
		if _, err := DecodeRecord(got, &back); err != nil {
			t.Fatal(err)
		}
		if again := back.Append(nil); a.HasValue && !bytes.Equal(again, got) {
			t.Fatalf("decoded and encoded again: %x, want %x", again, got)
		}
	})
}

func TestDecodeRecordRefuses(t *testing.T) {
	good := Action{Version: 1, Kind: KindPost, Community: []byte("c"), Member: []byte("m"), ID: []byte("i"), Time: 5}
	change := func(f func(*Action)) []byte { a := good; f(&a); return a.Append(nil) }
	for name, c := range map[string]struct {
		b    []byte
		want error
	}{
		"newer version":           {change(func(a *Action) { a.Version = Version + 1 }), ErrVersion},
		"newer version, new kind": {encode(t, &actionpb.Action{Version: 9, Kind: 99}), ErrVersion},
		"no member":               {change(func(a *Action) { a.Member = nil }), ErrEncoding},
		"unknown kind":            {encode(t, &actionpb.Action{Version: 1, Community: "c", Member: "m", Id: "i", Kind: 99}), ErrEncoding},
		"time before 1970":        {change(func(a *Action) { a.Time = -1 }), ErrEncoding},
		"value is not a number":   {change(func(a *Action) { a.HasValue, a.Value = true, math.NaN() }), ErrEncoding},
		"text":                    {[]byte("hello"), ErrEncoding},
		"torn":                    {change(func(*Action) {})[:3], ErrEncoding},
		"empty":                   {nil, ErrEncoding},
		"empty control":           {encode(t, &actionpb.Control{Version: 1}), ErrEncoding},
	} {
		var a Action
		if _, err := DecodeRecord(c.b, &a); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func TestDecodeRecordTellsControlsFromActions(t *testing.T) {
	for _, c := range []*actionpb.Control{
		{Version: 1, Tick: &actionpb.Tick{Time: 7, Appended: 8}},
		{Version: 1, Settings: &actionpb.Settings{Community: "c", TimeZone: "Asia/Shanghai"}},
	} {
		var a Action
		got, err := DecodeRecord(encode(t, c), &a)
		if err != nil || !proto.Equal(got, c) {
			t.Errorf("got %v, %v, want %v", got, err, c)
		}
	}
}

func TestVersionZeroIsUpcast(t *testing.T) {
	var a Action
	if _, err := DecodeRecord(encode(t, &actionpb.Action{Community: "c", Member: "m", Id: "i", Kind: 5, Time: 1}), &a); err != nil {
		t.Fatal(err)
	}
	if a.Version != Version {
		t.Fatalf("version %d, want %d", a.Version, Version)
	}
}

func FuzzDecodeRecord(f *testing.F) {
	for _, a := range []Action{
		{Version: 1, Kind: KindMessage, Community: []byte("college"), Member: []byte("1624"), ID: []byte("x"), Time: 1082040961000, Target: []byte("1625")},
		{Version: 1, Kind: KindVote, Community: []byte("otc"), Member: []byte("6"), ID: []byte("y"), Time: 1289241911728, Target: []byte("2"), HasValue: true, Value: 3},
		{Version: 1, Kind: KindCustom, Community: []byte("法语"), Member: []byte("é"), ID: []byte("z"), Name: []byte("spin"), Time: 1, Properties: []byte(`{"a":1}`), Received: 9},
	} {
		f.Add(a.Append(nil))
	}
	f.Add(encode(f, &actionpb.Control{Version: 1, Tick: &actionpb.Tick{Community: "c", Time: 1}}))
	f.Fuzz(func(t *testing.T, b []byte) {
		var a Action
		control, err := DecodeRecord(b, &a)
		if control != nil || err != nil {
			return
		}
		var want actionpb.Action
		if err := proto.Unmarshal(b, &want); err != nil {
			t.Fatalf("we read what the library refuses: %v", err)
		}
		want.ProtoReflect().SetUnknown(nil)
		want.Version = Version
		if got := toProto(&a); !proto.Equal(got, &want) {
			t.Fatalf("got %v\nwant %v", got, &want)
		}
		if !utf8.Valid(a.Member) {
			t.Fatal("member is not UTF-8")
		}
	})
}

func BenchmarkAction(b *testing.B) {
	a := Action{Version: 1, Kind: KindMessage, Community: []byte("college"), Member: []byte("member-16240"), Time: 1082040961000,
		ID: []byte("0123456789abcdef0123456789abcdef"), Target: []byte("member-1"), Channel: []byte("general"), Platform: []byte("web")}
	raw := a.Append(nil)
	b.Run("append", func(b *testing.B) {
		b.ReportAllocs()
		dst := make([]byte, 0, 512)
		for b.Loop() {
			dst = a.Append(dst[:0])
		}
	})
	b.Run("decode", func(b *testing.B) {
		b.ReportAllocs()
		var x Action
		for b.Loop() {
			if _, err := DecodeRecord(raw, &x); err != nil {
				b.Fatal(err)
			}
		}
	})
}
