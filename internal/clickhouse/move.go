package clickhouse

import (
	"context"
	"fmt"

	"github.com/rollcall-dev/rollcall/schemas"
)

// Move gives the staged rows of a rebuild the community's name and drops those of earlier epochs, table by table. The new
// ones are there before the old ones go, and have higher versions, so a reader misses nothing. Doing it again changes
// nothing.
//
// In a cluster the rows are read and written through the distributed tables, as the staged name's shard may be another,
// once every replica has all of them; they are dropped on every shard.
func (s *Sink) Move(ctx context.Context, m schemas.Move) error {
	params := map[string]string{"community": m.Community, "staging": schemas.Staging(m.Community, m.Epoch)}
	staged := fmt.Sprintf(`startsWith(community, concat({community:String}, '@'))
			AND toUInt32OrZero(substring(community, length({community:String}) + 2)) <= %d`, m.Epoch)
	for _, table := range schemas.MovedTables() {
		name := schemas.Database + "." + table
		which, oldest := "community = {staging:String}", m.Oldest()
		if table == schemas.TableActions { // what earlier rebuilds said anew as well: their partitions may have been told later
			which, oldest = staged, 0
		}
		if err := s.db.catchUp(ctx, table); err != nil {
			return err
		}
		insert := "INSERT INTO " + name + " SELECT {community:String} AS community, * EXCEPT (community) FROM (SELECT * FROM " + name +
			" FINAL WHERE " + which + ") SETTINGS max_partitions_per_insert_block = 0"
		if err := s.db.exec(ctx, insert, params); err != nil {
			return fmt.Errorf("moving the rows of %s: %w", table, err)
		}
		// Rows of rebuilds that were given up go as well.
		drop := fmt.Sprintf("DELETE FROM %s WHERE community = {community:String} AND version < %d OR %s", s.db.stored(table), oldest, staged)
		if err := s.db.exec(ctx, drop, params); err != nil {
			return fmt.Errorf("dropping the old rows of %s: %w", table, err)
		}
	}
	return nil
}
