"""Drives the embedded ClickHouse through clickhouse-connect, as a notebook would.

Usage: python3 client.py HOST PORT. Prints "ok" when everything held.
"""

import datetime
import sys

import clickhouse_connect


def check(host: str, port: int, compress) -> None:
    c = clickhouse_connect.get_client(host=host, port=port, compress=compress)
    c.command("DROP TABLE IF EXISTS py SYNC")
    c.command(
        "CREATE TABLE py (id UInt64, name LowCardinality(String), at DateTime64(3,'UTC'), tags Array(String),"
        " score Nullable(Float64), attrs Map(String,String)) ENGINE=MergeTree ORDER BY id"
    )
    at = datetime.datetime(2026, 3, 1, 12, 30, 0, 250000, tzinfo=datetime.timezone.utc)
    rows = [[i, "m%d" % (i % 7), at, ["a", "b"], None if i % 2 else 0.5, {"k": str(i)}] for i in range(20000)]
    summary = c.insert("py", rows, column_names=["id", "name", "at", "tags", "score", "attrs"])
    assert summary.written_rows == 20000, summary.summary
    got = c.query("SELECT * FROM py ORDER BY id").result_rows
    assert len(got) == 20000, len(got)
    assert list(got[4321][:2]) == [4321, "m2"] and got[4321][3:] == (["a", "b"], None, {"k": "4321"}), got[4321]
    assert got[0][2].timestamp() == at.timestamp(), got[0][2]
    one = c.query("SELECT count() FROM py WHERE id < {n:UInt64} AND name = {m:String}", parameters={"n": 700, "m": "m1"})
    assert one.result_rows == [(100,)], one.result_rows
    assert c.query("SELECT getSetting('max_threads')", settings={"max_threads": 1}).first_item
    c.raw_insert("py", ["id", "name"], '{"id":1000000,"name":"x"}\n', fmt="JSONEachRow")
    assert c.command("SELECT count() FROM py") == 20001
    with c.query_row_block_stream("SELECT number FROM numbers(200000)") as stream:
        assert sum(len(block) for block in stream) == 200000
    assert b"20001" in c.raw_query("SELECT count() FROM py", fmt="JSON")
    assert c.query("SELECT * FROM py WHERE id = 5000000").result_rows == []
    try:
        c.query("SELECT * FROM nosuch")
    except clickhouse_connect.driver.exceptions.DatabaseError as err:
        assert "60" in str(err), err
    else:
        raise AssertionError("no error for a table that is not there")
    c.close()


for method in (False, True, "lz4", "zstd", "gzip"):
    check(sys.argv[1], int(sys.argv[2]), method)
print("ok")
