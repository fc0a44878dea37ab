package schemas

// KOLRows are rows of the table kols: the first hundred of a board. A deleted row takes back one that was published before.
type KOLRows struct {
	Community  []string
	Board      []string
	AsOf       []int64
	Rank       []uint32
	Member     []string
	Score      []float64
	RankChange []*float64
	Endorsers  []uint32
	HIndex     []uint32
	Reach      []uint64
	Cluster    []uint32
	Bridge     []float64
	Dependents []uint32
	Restart    []string
	Deleted    []uint8
	Version    []uint64
	Definition []uint32
}

// Table implements Rows.
func (*KOLRows) Table() string { return TableKOLs }

// Len implements Rows.
func (r *KOLRows) Len() int { return len(r.Community) }

// Columns implements Rows.
func (r *KOLRows) Columns() []Column {
	return []Column{
		{"community", r.Community}, {"board", r.Board}, {"as_of", r.AsOf}, {"rank", r.Rank}, {"member", r.Member},
		{"score", r.Score}, {"rank_change", r.RankChange}, {"endorsers", r.Endorsers}, {"h_index", r.HIndex},
		{"reach", r.Reach}, {"cluster", r.Cluster}, {"bridge", r.Bridge}, {"dependents", r.Dependents},
		{"restart", r.Restart}, {"is_deleted", r.Deleted}, {"version", r.Version}, {"definition", r.Definition},
	}
}

// Reset implements Rows.
func (r *KOLRows) Reset() {
	reset(&r.Community, &r.Board, &r.Member, &r.Restart)
	reset(&r.AsOf)
	reset(&r.Rank, &r.Endorsers, &r.HIndex, &r.Cluster, &r.Dependents, &r.Definition)
	reset(&r.Score, &r.Bridge)
	reset(&r.RankChange)
	reset(&r.Reach, &r.Version)
	reset(&r.Deleted)
}

// KOLDependentRows are rows of the table kol_dependents.
type KOLDependentRows struct {
	Community   []string
	AsOf        []int64
	Member, KOL []string
	Share       []float64
	Deleted     []uint8
	Version     []uint64
	Definition  []uint32
}

// Table implements Rows.
func (*KOLDependentRows) Table() string { return TableKOLDependents }

// Len implements Rows.
func (r *KOLDependentRows) Len() int { return len(r.Community) }

// Columns implements Rows.
func (r *KOLDependentRows) Columns() []Column {
	return []Column{
		{"community", r.Community}, {"as_of", r.AsOf}, {"member", r.Member}, {"kol", r.KOL}, {"share", r.Share},
		{"is_deleted", r.Deleted}, {"version", r.Version}, {"definition", r.Definition},
	}
}

// Reset implements Rows.
func (r *KOLDependentRows) Reset() {
	reset(&r.Community, &r.Member, &r.KOL)
	reset(&r.AsOf)
	reset(&r.Share)
	reset(&r.Deleted)
	reset(&r.Version)
	reset(&r.Definition)
}

// ClusterRows are rows of the table clusters.
type ClusterRows struct {
	Community  []string
	AsOf       []int64
	Cluster    []uint32
	Members    []uint32
	Label      []string
	Top        []string // JSON
	Modularity []float64
	Deleted    []uint8
	Version    []uint64
	Definition []uint32
}

// Table implements Rows.
func (*ClusterRows) Table() string { return TableClusters }

// Len implements Rows.
func (r *ClusterRows) Len() int { return len(r.Community) }

// Columns implements Rows.
func (r *ClusterRows) Columns() []Column {
	return []Column{
		{"community", r.Community}, {"as_of", r.AsOf}, {"cluster", r.Cluster}, {"members", r.Members}, {"label", r.Label},
		{"top_members", r.Top}, {"modularity", r.Modularity}, {"is_deleted", r.Deleted}, {"version", r.Version},
		{"definition", r.Definition},
	}
}

// Reset implements Rows.
func (r *ClusterRows) Reset() {
	reset(&r.Community, &r.Label, &r.Top)
	reset(&r.AsOf)
	reset(&r.Cluster, &r.Members, &r.Definition)
	reset(&r.Modularity)
	reset(&r.Deleted)
	reset(&r.Version)
}

// MemberKOLRows are rows of the table members_kol: what the graph says of a member, which the view members shows.
type MemberKOLRows struct {
	Community  []string
	Member     []string
	Rank       []uint32 // 0: none
	Version    []uint64
	Definition []uint32
}

// Table implements Rows.
func (*MemberKOLRows) Table() string { return TableMembersKOL }

// Len implements Rows.
func (r *MemberKOLRows) Len() int { return len(r.Community) }

// Columns implements Rows.
func (r *MemberKOLRows) Columns() []Column {
	return []Column{
		{"community", r.Community}, {"member", r.Member}, {"influence_rank", r.Rank}, {"version", r.Version},
		{"definition", r.Definition},
	}
}

// Reset implements Rows.
func (r *MemberKOLRows) Reset() {
	reset(&r.Community, &r.Member)
	reset(&r.Rank, &r.Definition)
	reset(&r.Version)
}
