// Command rollcall is the whole of Rollcall in one binary. This folder holds flags and wiring, nothing else: a file a
// command.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/rollcall-dev/rollcall/internal/app"
)

// cli is every flag and command. A flag is also an environment variable ROLLCALL_… and a key of rollcall.yaml.
type cli struct {
	Config   string `help:"Settings file." placeholder:"FILE" default:"rollcall.yaml"`
	LogLevel string `help:"How much is logged: ${enum}." enum:"debug,info,warn,error" default:"info"`
	Output   string `help:"How answers are printed: ${enum}." enum:"text,json" default:"text"`

	Up         upCmd         `cmd:"" help:"Run everything in one process on the embedded engines."`
	Collect    collectCmd    `cmd:"" help:"Take actions into your own Kafka: one part of Rollcall, as many of it as you like."`
	Process    processCmd    `cmd:"" help:"Fold your own Kafka into your own ClickHouse, and answer questions: the other part."`
	Alert      alertCmd      `cmd:"" help:"Send the alerts of your own Kafka to receivers: the third part."`
	Import     importCmd     `cmd:"" help:"Send files to the running instance."`
	Simulate   simulateCmd   `cmd:"" help:"Make a community with a known truth."`
	Status     statusCmd     `cmd:"" help:"Show how far the pipeline has come."`
	Ready      readyCmd      `cmd:"" help:"Ask whether an instance or a part does its work; for health checks."`
	Query      queryCmd      `cmd:"" help:"Run SQL on the read model."`
	Verify     verifyCmd     `cmd:"" help:"Recompute every published number by SQL and print what differs."`
	Evaluate   evaluateCmd   `cmd:"" help:"Score what Rollcall says against what happened."`
	Dashboards dashboardsCmd `cmd:"" help:"Write dashboards and provisioning for Grafana."`
	Report     reportCmd     `cmd:"" help:"Make the page of a week: what changed, why, who to thank, who to call."`
	Rebuild    rebuildCmd    `cmd:"" help:"Fold a community anew from its archive: history that came late takes effect."`
	Alerts     alertsCmd     `cmd:"" help:"List and show alerts, acknowledge and silence them, test receivers."`
	Rejected   rejectedCmd   `cmd:"" help:"Look at bad events, mend them and send them again."`
	Community  communityCmd  `cmd:"" help:"List and set up communities."`
	Share      shareCmd      `cmd:"" help:"Links that read one community in the console."`
	Key        keyCmd        `cmd:"" help:"Create, list and revoke write keys."`
	Migrate    migrateCmd    `cmd:"" help:"Bring a ClickHouse's read model up to date."`
	Doctor     doctorCmd     `cmd:"" help:"Say what is missing and how to get it."`
	Version    versionCmd    `cmd:"" help:"Print the version."`
}

// target is how a command finds the running instance.
type target struct {
	Data   string `help:"Data folder of the running instance." placeholder:"DIR" default:"rollcall-data" type:"path"`
	Server string `help:"Or its address." placeholder:"URL"`
	Key    string `help:"Write key or administrator's token, with --server." placeholder:"KEY"`
}

func (t target) connect() (*app.Client, error) {
	return app.Connect(app.Target{Dir: t.Data, Server: t.Server, Key: t.Key})
}

func main() {
	collectOften()
	os.Exit(run(os.Args[1:]))
}

// collectOften has the heap grow by half between two collections, and not double: state has few pointers, so collecting
// costs next to nothing, and the memory is what a machine runs out of. GOGC overrides it.
func collectOften() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(50)
	}
}

// forgetEmpty makes an empty ROLLCALL_ variable mean the same as none.
func forgetEmpty() {
	for _, v := range os.Environ() {
		if name, value, _ := strings.Cut(v, "="); value == "" && strings.HasPrefix(name, "ROLLCALL_") {
			_ = os.Unsetenv(name)
		}
	}
}

// run returns the exit status: 0 done, 1 failed, 2 wrong usage.
func run(args []string) int {
	forgetEmpty()
	var c cli
	settings := new(settingsFile)
	exit := -1
	parser, err := kong.New(&c,
		kong.Name("rollcall"),
		kong.Description("Who is here, who is slipping away, and who holds the community together."),
		kong.DefaultEnvars("ROLLCALL"),
		kong.Vars{"version": app.Version()},
		kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true}),
		kong.Help(helpWithExample),
		kong.Exit(func(code int) { exit = code; panic(exited{}) }),
	)
	if err != nil {
		return fail("starting: %v", err)
	}
	ctx, err := parse(parser, settings, args)
	if exit >= 0 {
		return exit
	}
	if err != nil {
		var usage *kong.ParseError
		if errors.As(err, &usage) {
			fmt.Fprintf(os.Stderr, "rollcall: %v\n`rollcall help` shows the commands, `rollcall CMD --help` a command's flags.\n", err)
			return 2
		}
		fmt.Fprintf(os.Stderr, "rollcall: %v\n", err)
		return 2
	}
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.LogLevel))
	logger := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
	slog.SetDefault(logger)
	stop, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	ctx.BindTo(stop, (*context.Context)(nil))
	if err := ctx.Run(&c, settings, logger, printer{json: c.Output == "json"}); err != nil {
		fmt.Fprintf(os.Stderr, "rollcall: %v\n", err)
		if app.IsUsage(err) {
			return 2
		}
		return 1
	}
	return 0
}

// exited unwinds from kong's --help, which means to end the program.
type exited struct{}

func parse(parser *kong.Kong, settings *settingsFile, args []string) (ctx *kong.Context, err error) {
	defer func() {
		if v := recover(); v != nil {
			if _, ok := v.(exited); !ok {
				panic(v)
			}
		}
	}()
	if len(args) == 0 || args[0] == "help" {
		args = append(args[min(1, len(args)):], "--help")
	}
	if err := settings.load(parser, args); err != nil {
		return nil, err
	}
	if err := kong.Resolvers(settings).Apply(parser); err != nil {
		return nil, err
	}
	return parser.Parse(args)
}

func fail(format string, args ...any) int {
	fmt.Fprintf(os.Stderr, "rollcall: "+format+"\n", args...)
	return 1
}
