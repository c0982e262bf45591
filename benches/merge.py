"""Makes a table of millions of rows and a batch for it, or merges the batch by hand.

Run by `benches/run` with a Python that has the `duckdb` package. Arguments: `make FILE ROWS` or `merge
FILE`; the second prints JSON: the seconds from opening the database to closing it, on the wall and on
the processor.
"""

import json
import resource
import sys
import time

import duckdb

COLUMNS = """
    id::bigint as id, (id % 7)::integer as store, 'customer ' || (id % 100000) as customer,
    (id % 1000) / 100::decimal(18, 2) as amount, timestamp '2024-01-01' + to_seconds({seconds}) as updated_at
"""

# What somebody writes who has read DuckDB's manual: the latest row of each key, newer ones win.
MERGE = """
merge into merged as dest
using (
    select * from batch
    qualify row_number() over (partition by id order by updated_at desc) = 1
) as source
on dest.id = source.id
when matched and source.updated_at > dest.updated_at then update
when not matched then insert
"""


def make(file, rows):
    """A table, and a batch of 1 %: half of it newer rows, half of it rows that are not there yet."""
    connection = duckdb.connect(file)
    connection.execute(f"create table merged as select {COLUMNS.format(seconds='id')} from range({rows}) as it(id)")
    half = rows // 200
    ids = f"select id * 199 as id from range({half}) as it(id) union all select {rows} + id from range({half}) as it(id)"
    connection.execute(f"create table batch as select {COLUMNS.format(seconds='id + 1000000')} from ({ids})")
    connection.close()


def processor():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def merge(file):
    wall, used = time.perf_counter(), processor()
    connection = duckdb.connect(file, config={"threads": 2})
    connection.begin()
    connection.execute(MERGE).fetchall()
    connection.commit()
    connection.close()
    print(json.dumps({"wall": time.perf_counter() - wall, "cpu": processor() - used}))


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(sys.argv[2], int(sys.argv[3]))
    else:
        merge(sys.argv[2])
