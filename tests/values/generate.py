"""Runs queries.sql through dbt-duckdb and writes what dbt's tables hold to expected.json.

    python tests/values/generate.py

Needs a Python with `dbt-core<1.12`, `dbt-duckdb` and `duckdb==1.5.6`. For each query: `columns` are name, type in agate and
type in SQL; `rows` are the values as Python prints them; `flattened` are the columns of `get_column_schema_from_query`.
"""

import json
import pathlib

import duckdb
from dbt.adapters.duckdb.column import DuckDBColumn
from dbt.adapters.sql.connections import SQLConnectionManager

HERE = pathlib.Path(__file__).parent


def flattened(name, dtype):
    """Gives the columns that stand for one; dbt-duckdb fails on structs without names."""
    try:
        return [[it.column, it.dtype] for it in DuckDBColumn(column=name, dtype=dtype).flatten()]
    except IndexError:
        return [[name, dtype]]


def case(query):
    """Gives what dbt's table holds after a query."""
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'America/New_York'")
    table = SQLConnectionManager.get_result_from_cursor(connection.execute(query), None)
    described = connection.execute(f"describe ({query})").fetchall()
    types = zip(table.column_names, table.column_types, described)
    return {
        "query": query,
        "columns": [[n, type(t).__name__.replace("ISO", ""), d[1]] for n, t, d in types],
        "rows": [[None if it is None else str(it) for it in row] for row in table.rows],
        "flattened": [it for d in described for it in flattened(d[0], d[1])],
    }


lines = (HERE / "queries.sql").read_text().splitlines()
cases = [case(line.rstrip(";")) for line in lines if line and not line.startswith("--")]
text = json.dumps(cases, indent=1, ensure_ascii=False)
(HERE / "expected.json").write_text(text + "\n")
