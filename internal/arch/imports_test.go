package arch

import (
	"go/ast"
	"slices"
	"strings"
)

// mayImport is the table of docs/architecture.md: folder → what of ours its program code may import besides itself.
// "*" is everything but cmd. The longest folder that fits decides. Tests may import anything.
var mayImport = map[string][]string{
	"cmd":                 {"internal/app"},
	"schemas":             {},
	"processors":          {"schemas"},
	"dashboards":          {"schemas"},
	"ingest":              {"schemas"},
	"alerts":              {"schemas"},
	"sdk":                 {},
	"demo":                {"schemas", "ingest"},
	"internal/kafka":      {"schemas"},
	"internal/clickhouse": {"schemas"},
	"internal/embedded":   {},
	"internal/stream":     {"schemas", "processors"},
	"internal/simulate":   {"schemas"},
	"internal/evaluate":   {"schemas", "processors", "ingest"},
	"internal/report":     {"schemas"},
	"internal/access":     {"ingest"},
	"internal/arch":       {},
	"internal/testkit":    {"*"},
	"internal/app":        {"*"},
	"bench":               {"*"}, // a module of its own
}

var importsRule = rule{
	name: "imports of ours",
	reason: "the domain knows no adapter and adapters never meet, so a fold can be tested without a broker, and a broker " +
		"or a database be exchanged without touching a fold (docs/architecture.md has the table)",
	check: func(files []*file, broken func(place, what string)) {
		for _, f := range files {
			if f.syntax == nil || f.isTest() {
				continue
			}
			folder := tableLine(f.dir())
			f.imports(func(p string, n ast.Node) {
				if spec := n.(*ast.ImportSpec); spec.Name != nil && spec.Name.Name == "." {
					broken(f.at(n), "dot import of "+p+": the other rules cannot see through it")
				}
				p, ours := strings.CutPrefix(p, module+"/")
				switch {
				case !ours || folder != "" && under(p, folder):
				case folder == "":
					broken(f.at(n), "imports "+p+", and its folder has no line in the table of internal/arch")
				case slices.Equal(mayImport[folder], []string{"*"}) && !under(p, "cmd"):
				case !underAny(p, mayImport[folder]):
					broken(f.at(n), folder+" may not import "+p)
				}
			})
		}
	},
}

func tableLine(dir string) string {
	longest := ""
	for folder := range mayImport {
		if under(dir, folder) && len(folder) > len(longest) {
			longest = folder
		}
	}
	return longest
}

// client is a library that few folders may import; tests may also where testsIn says so.
type client struct {
	path    string
	only    []string
	testsIn []string
}

// clients: the first that fits an import decides.
var clients = []client{
	{"github.com/segmentio/kafka-go", []string{"internal/kafka"}, []string{"internal/embedded/broker", "internal/testkit"}},
	{"github.com/ClickHouse/clickhouse-go/v2/lib", []string{"internal/clickhouse", "internal/embedded/chdb"}, nil},
	{"github.com/ClickHouse/clickhouse-go", []string{"internal/clickhouse"}, []string{"internal/embedded/chdb", "internal/testkit"}},
	{"github.com/ClickHouse/ch-go", []string{"internal/clickhouse", "internal/embedded/chdb"}, nil},
	{"github.com/twmb/franz-go", []string{"internal/embedded/broker", "internal/testkit"}, []string{"internal/kafka"}},
	{"github.com/wneessen/go-mail", []string{"alerts/mail"}, nil},
	{"github.com/ebitengine/purego", []string{"internal/embedded/chdb"}, nil},
}

var clientsRule = rule{
	name: "client libraries",
	reason: "each engine's client has one home, so its weaknesses are known in one place and it can be replaced there: " +
		"kafka-go in internal/kafka, clickhouse-go in internal/clickhouse, the embedded engines' own libraries beside them",
	check: func(files []*file, broken func(place, what string)) {
		for _, f := range files {
			if f.syntax == nil || under(f.dir(), "bench") { // peers and the bare limit use the libraries as others do
				continue
			}
			f.imports(func(p string, n ast.Node) {
				i := slices.IndexFunc(clients, func(c client) bool { return under(p, c.path) })
				if i < 0 || underAny(f.dir(), clients[i].only) || f.isTest() && underAny(f.dir(), clients[i].testsIn) {
					return
				}
				broken(f.at(n), p+" belongs in "+strings.Join(clients[i].only, " or "))
			})
		}
	},
}
