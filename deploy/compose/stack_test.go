package compose

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/types"
)

// exact is a tag of one release: two numbers at least, and no word that moves.
var exact = regexp.MustCompile(`^[a-z0-9./-]+:v?\d+\.\d+[0-9.]*(-[a-z0-9.]+)?$`)

// Images are of one release each, services are watched, limited and come back, and a one-shot does neither.
func TestServices(t *testing.T) {
	each(t, func(t *testing.T, p *types.Project) {
		for name, s := range p.Services {
			if s.Build == nil && !exact.MatchString(s.Image) {
				t.Errorf("%s: the image %q is not pinned to a release", name, s.Image)
			}
			if s.Build != nil && s.Image == "" {
				t.Errorf("%s is built and has no name", name)
			}
			once := s.Restart == "no"
			if watched := s.HealthCheck != nil && !s.HealthCheck.Disable; watched == once {
				t.Errorf("%s: restart %q, health check %v", name, s.Restart, watched)
			}
			if !once && s.Restart != "unless-stopped" {
				t.Errorf("%s: restart %q", name, s.Restart)
			}
			if s.Deploy == nil || s.Deploy.Resources.Limits == nil || s.Deploy.Resources.Limits.MemoryBytes == 0 {
				t.Errorf("%s may take all memory", name)
			}
			if s.ContainerName != "" || !slices.Contains(s.SecurityOpt, "no-new-privileges:true") {
				t.Errorf("%s: container_name %q, security_opt %v", name, s.ContainerName, s.SecurityOpt)
			}
			for on, how := range s.DependsOn {
				other := p.Services[on]
				want := types.ServiceConditionHealthy
				if other.Restart == "no" {
					want = types.ServiceConditionCompletedSuccessfully
				}
				if how.Condition != want {
					t.Errorf("%s waits for %s until %s", name, on, how.Condition)
				}
			}
		}
	})
}

// Nothing is reached from another machine unless somebody says so; Kafka, ClickHouse and Keeper never are.
func TestNothingIsOpenToOthers(t *testing.T) {
	each(t, func(t *testing.T, p *types.Project) {
		if !p.Networks["inner"].Internal {
			t.Error("inner reaches the outside")
		}
		published := 0
		for name, s := range p.Services {
			for _, port := range s.Ports {
				published++
				if port.HostIP != "127.0.0.1" {
					t.Errorf("%s publishes %s on %q", name, port.Published, port.HostIP)
				}
			}
			if s.NetworkMode == "" && s.Networks["inner"] == nil && len(s.Networks) == 0 {
				t.Errorf("%s is in the default network", name)
			}
			_, outer := s.Networks["outer"]
			for _, hidden := range []string{"kafka", "clickhouse", "keeper"} {
				if strings.HasPrefix(name, hidden) && (outer || len(s.Ports) > 0) {
					t.Errorf("%s can be reached from outside", name)
				}
			}
		}
		if published != 4 {
			t.Errorf("%d ports are published", published)
		}
	})
}

// What is mounted is there, and read-only where it is a file of the repository; a volume that is declared is used.
func TestMounts(t *testing.T) {
	each(t, func(t *testing.T, p *types.Project) {
		used := map[string]bool{}
		for name, s := range p.Services {
			for _, v := range s.Volumes {
				if v.Type == types.VolumeTypeVolume {
					used[v.Source] = true
					continue
				}
				if info, err := os.Stat(v.Source); err != nil || !info.Mode().IsRegular() {
					t.Errorf("%s mounts %s: %v", name, v.Source, err)
				}
				if !v.ReadOnly {
					t.Errorf("%s may write to %s", name, v.Source)
				}
			}
		}
		for name := range p.Volumes {
			if !used[name] {
				t.Errorf("nothing uses the volume %s", name)
			}
		}
	})
}

// No secret stands in a file, and none of those of .env.example has a value there.
func TestNoSecretHasADefault(t *testing.T) {
	reference := regexp.MustCompile(`\$\{([A-Z_]+)([^}]*)\}`)
	for _, f := range stacks["cluster"] {
		text, err := os.ReadFile(filepath.Join(root, f))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range reference.FindAllStringSubmatch(string(text), -1) {
			secret := strings.HasSuffix(m[1], "PASSWORD") || strings.HasSuffix(m[1], "TOKEN") || strings.HasSuffix(m[1], "SECRET")
			if secret != strings.HasPrefix(m[2], ":?") {
				t.Errorf("%s: %s", f, m[0])
			}
		}
	}
	for name, value := range example(t) {
		if value != "secret-of-"+name {
			t.Errorf("%s has the value %q", name, value)
		}
	}
}

// The cluster keeps three copies of a record, two of which must be there, and each row on two hosts.
func TestTheClusterHasCopies(t *testing.T) {
	p, err := load(stacks["cluster"], example(t))
	if err != nil {
		t.Fatal(err)
	}
	hosts := map[string]int{}
	for name, s := range p.Services {
		env := s.Environment
		kind, _, _ := strings.Cut(name, "-")
		hosts[kind]++
		switch kind {
		case "kafka":
			if *env["KAFKA_DEFAULT_REPLICATION_FACTOR"] != "3" || *env["KAFKA_MIN_INSYNC_REPLICAS"] != "2" || *env["KAFKA_NODE_ID"] != name[len("kafka-"):] {
				t.Errorf("%s: %v", name, env)
			}
		case "clickhouse":
			if s.Hostname != name || name != "clickhouse-"+*env["CLICKHOUSE_SHARD"]+"-"+*env["CLICKHOUSE_REPLICA"] {
				t.Errorf("%s calls itself %s: %v", name, s.Hostname, env)
			}
		case "keeper":
			if "keeper-"+*env["KEEPER_ID"] != name {
				t.Errorf("%s: %v", name, env)
			}
		}
	}
	if hosts["kafka"] != 3 || hosts["clickhouse"] != 4 || hosts["keeper"] != 3 || hosts["process"] != 2 {
		t.Errorf("%v", hosts)
	}
}
