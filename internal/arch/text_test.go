package arch

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
)

// The patterns are put together from pieces, so that this file matches none of them.

// registries are hosts that serve packages. A name stands for its subdomains as well.
var registries = []string{
	"registry" + `\.npmjs\.org`, "registry" + `\.yarnpkg\.com`, "npmmirror" + `\.com`, "npm\\.pkg" + `\.github\.com`,
	"proxy" + `\.golang\.org`, "goproxy" + `\.(?:io|cn)`, "sum" + `\.golang\.org`, "pypi" + `\.org`,
	"pythonhosted" + `\.org`, "repo1?" + `\.maven`, "maven" + `\.org`, "crates" + `\.io`, "docker" + `\.io`,
	"ghcr" + `\.io`, "quay" + `\.io`, "deb" + `\.debian\.org`, "archive" + `\.ubuntu\.com`, "jfrog" + `\.io`,
}

var hosts = regexp.MustCompile(`(?im)` + strings.Join([]string{
	`\b(?:` + strings.Join(registries, "|") + `)\b`,
	`https?://[a-z0-9.-]*(?:artifactory|nexus|verdaccio|` + "registry" + `)[a-z0-9.:-]*/`,
	`\bGO` + `PROXY\s*=\s*["']?https?:`,
	`^\s*(?:@[\w-]+:)?` + "registry" + `\s*=`,
	`index-` + `url\s*=`,
}, "|"))

var hostsRule = rule{
	name: "no registry's host",
	reason: "where packages come from is the business of the machine that builds: a host written here breaks whoever " +
		"cannot reach it, and tells where somebody else built",
	check: func(files []*file, broken func(place, what string)) {
		search(files, hosts, "names a package registry", broken)
	},
}

var paths = regexp.MustCompile(`(?:^|[\s"'` + "`" + `=:(])(?:` + strings.Join([]string{
	`/ro` + `ot/`, `/ho` + `me/[a-z]`, `/Us` + `ers/[A-Za-z]`, `/wo` + `rk/`, `/tm` + `p/w/`, `[A-Z]:\\Us` + `ers\\`,
}, "|") + `)`)

var pathsRule = rule{
	name: "no path of one machine",
	reason: "a path that exists on one machine only makes a test or a document false on every other: use t.TempDir, a " +
		"flag, or a path from the root of the repository",
	check: func(files []*file, broken func(place, what string)) {
		search(files, paths, "has a path of one machine", broken)
	},
}

func search(files []*file, pattern *regexp.Regexp, what string, broken func(place, what string)) {
	for _, f := range files {
		for n, line := range bytes.Split(f.text, []byte("\n")) {
			if m := pattern.Find(line); m != nil {
				broken(fmt.Sprintf("%s:%d", f.path, n+1), fmt.Sprintf("%s: %q", what, m))
			}
		}
	}
}
