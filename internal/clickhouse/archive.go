package clickhouse

import (
	"context"
	"fmt"
	"time"

	"github.com/rollcall-dev/rollcall/schemas"
)

// Archived is an action of the archive: what arrived, whether it counts as late, and the version of its row.
type Archived struct {
	schemas.Action
	Late    bool
	Version uint64
}

// Archive calls each with a community's actions in event-time order, but for rows whose version is not above after. What
// each is given is its own until it returns.
func (d *DB) Archive(ctx context.Context, community string, after uint64, each func(*Archived) error) error {
	if err := d.catchUp(ctx, schemas.TableActions); err != nil {
		return err
	}
	rows, err := d.query(ctx, `SELECT id, member, kind, name, time, received, target, object, channel, platform, campaign, value, properties,
			source, late, version
		FROM rollcall.actions FINAL WHERE community = {community:String} AND version > {after:UInt64}
		ORDER BY time, id, member SETTINGS max_bytes_before_external_sort = 1000000000`,
		map[string]string{"community": community, "after": fmt.Sprint(after)})
	if err != nil {
		return fmt.Errorf("reading the archive of %s: %w", community, err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id, member, kind, name, target, object, channel, platform, campaign, properties, source string
		var at, received time.Time
		var value *float64
		var late uint8
		a := Archived{Action: schemas.Action{Version: schemas.Version, Community: []byte(community)}}
		if err := rows.Scan(&id, &member, &kind, &name, &at, &received, &target, &object, &channel, &platform, &campaign, &value, &properties,
			&source, &late, &a.Version); err != nil {
			return fmt.Errorf("reading an action of %s: %w", community, err)
		}
		a.ID, a.Member, a.Kind, a.Name = []byte(id), []byte(member), schemas.KindOf([]byte(kind)), []byte(name)
		a.Time, a.Received, a.Late = at.UnixMilli(), received.UnixMilli(), late == 1
		a.Target, a.Object, a.Channel, a.Platform, a.Campaign = []byte(target), []byte(object), []byte(channel), []byte(platform), []byte(campaign)
		a.Properties, a.Source = []byte(properties), []byte(source)
		if value != nil {
			a.HasValue, a.Value = true, *value
		}
		if err := each(&a); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("reading the archive of %s: %w", community, err)
	}
	return nil
}
