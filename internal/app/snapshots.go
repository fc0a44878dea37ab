package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/google/uuid"
	"gocloud.dev/blob"
	_ "gocloud.dev/blob/s3blob" // s3:// URLs

	"github.com/rollcall-dev/rollcall/internal/embedded/datadir"
	"github.com/rollcall-dev/rollcall/internal/stream"
)

// reachWithin bounds the first try of a store, its client's own retries included.
const reachWithin = 30 * time.Second

// openSnapshots opens the store that --snapshots names, or without a name the data folder's own. One that is elsewhere
// is written to before it is taken: state that cannot be kept would be noticed only at the next start.
func openSnapshots(ctx context.Context, dir *datadir.Dir, setting string) (*stream.Store, error) {
	if setting == "" {
		return stream.OpenStore(ctx, fileURL(filepath.Join(dir.Path(), "snapshots")))
	}
	if _, err := parseSnapshots(setting); err != nil {
		return nil, err
	}
	id, err := deploymentID(dir.Path())
	if err != nil {
		return nil, err
	}
	return openStoreAt(ctx, setting, id)
}

// openStoreAt opens the store of a setting for a deployment, and tries it.
func openStoreAt(ctx context.Context, setting, id string) (*stream.Store, error) {
	u, err := parseSnapshots(setting)
	if err != nil {
		return nil, err
	}
	shown := u.Scheme + "://" + u.Host + u.Path
	full := storeURL(u, id)
	if err := tryStore(ctx, full); err != nil {
		return nil, fmt.Errorf("the snapshots at %s cannot be kept: %s%s", shown, urlParameters.ReplaceAllString(err.Error(), ""), advice[u.Scheme])
	}
	return stream.OpenStore(ctx, full)
}

// urlParameters are left out of errors: the library repeats whole URLs, and with them what their writer may have put there.
var urlParameters = regexp.MustCompile(`\?[^\s":]*`)

var advice = map[string]string{
	"file": ": check --snapshots and who may write there",
	"s3": ": check the bucket's name, endpoint and region in --snapshots, and the credentials in the AWS environment " +
		"(AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or the machine's role)",
}

// parseSnapshots checks a URL as far as that goes without the store. Its errors name no part of the URL that could hold a
// secret.
func parseSnapshots(setting string) (*url.URL, error) {
	const kinds = "give file:///FOLDER, s3://BUCKET/FOLDER?region=REGION, or nothing for the data folder"
	u, err := url.Parse(setting)
	switch {
	case err != nil:
		return nil, Usagef("--snapshots is not a URL: %s", kinds)
	case u.Scheme == "mem":
		return nil, Usagef("--snapshots in mem:// would be lost with the process: %s", kinds)
	case advice[u.Scheme] == "":
		return nil, Usagef("--snapshots: %q is no kind of store that Rollcall knows: %s", u.Scheme, kinds)
	case u.Scheme == "s3" && u.Host == "", u.Scheme == "file" && (u.Host != "" || u.Path == ""):
		return nil, Usagef("--snapshots names no bucket or folder: %s", kinds)
	}
	endpoint, err := url.Parse(u.Query().Get("endpoint"))
	if err != nil || u.User != nil || endpoint.User != nil {
		return nil, Usagef("--snapshots must hold no user or password, and a whole URL as endpoint: credentials come from the " +
			"AWS environment (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or the machine's role)")
	}
	return u, nil
}

// storeURL is the URL for gocloud.dev/blob. Everything lies below the deployment's id.
func storeURL(u *url.URL, id string) string {
	q, to := u.Query(), *u
	set := func(name, value string) {
		if !q.Has(name) {
			q.Set(name, value)
		}
	}
	folder := q.Get("prefix")
	if u.Scheme == "file" {
		// Beside its place, not in the system's temporary folder: what is renamed must be on the same disk.
		set("create_dir", "true")
		set("no_tmp_dir", "true")
		set("metadata", "skip")
	} else {
		folder, to.Path = path.Join(u.Path, folder), ""
		if q.Has("endpoint") { // a host of one's own rarely has a name for each bucket
			set("use_path_style", "true")
		}
		// A snapshot has a checksum; S3's newer ones are not known to every store.
		set("request_checksum_calculation", "when_required")
		set("response_checksum_validation", "when_required")
	}
	q.Set("prefix", strings.TrimPrefix(path.Join(folder, id), "/")+"/")
	to.RawQuery = q.Encode()
	return to.String()
}

// tryStore writes and deletes an object, which is what snapshots need besides reading.
func tryStore(ctx context.Context, full string) (err error) {
	ctx, cancel := context.WithTimeout(ctx, reachWithin)
	defer cancel()
	b, err := blob.OpenBucket(ctx, full)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	probe := "probe-" + uuid.NewString() // others may try at the same time
	if err := b.WriteAll(ctx, probe, []byte("rollcall"), nil); err != nil {
		return err
	}
	return b.Delete(ctx, probe)
}

const idFile = "id"

// deploymentID names this data folder's log, so that deployments that share a bucket, or a folder that was made anew, do
// not take each other's state for their own.
func deploymentID(dir string) (string, error) {
	name := filepath.Join(dir, idFile)
	b, err := os.ReadFile(name)
	if err == nil {
		id, err := uuid.ParseBytes([]byte(strings.TrimSpace(string(b))))
		if err != nil {
			return "", fmt.Errorf("%s does not hold an id: %w: delete it, and the next start reads the log again", name, err)
		}
		return id.String(), nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("reading the deployment's id: %w", err)
	}
	id := uuid.NewString()
	if err := os.WriteFile(name+".tmp", []byte(id+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("writing the deployment's id: %w", err)
	}
	if err := os.Rename(name+".tmp", name); err != nil {
		return "", fmt.Errorf("writing the deployment's id: %w", err)
	}
	return id, nil
}

func fileURL(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		abs = path
	}
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(abs), RawQuery: "create_dir=true&no_tmp_dir=true&metadata=skip"}
	return u.String()
}
