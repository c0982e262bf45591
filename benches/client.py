"""Sends the SQL of an earlier `dsql build` node by node, in its order, and does nothing else.

Run by `benches/run` with a Python that has the `duckdb` package. Argument: the project, whose
`target/` is read before the clock starts. Each node is a transaction of its own. Prints JSON: the
seconds from opening the database to closing it, on the wall and on the processor.
"""

import json
import pathlib
import resource
import sys
import time

import duckdb

TEMPORARY = "__dbt_tmp"


def statements(project, target, node):
    kind = node["resource_type"]
    if kind == "seed":
        path = project / node["original_file_path"]
        return [f"create table {node['relation_name']} as from read_csv('{path}')"]
    folder = target / "run" / node["package_name"] / node["original_file_path"]
    sql = (folder if kind != "test" else folder / node["path"]).read_text()
    found = [sql]
    if TEMPORARY in sql:
        kind = "view" if node["config"]["materialized"] == "view" else "table"
        name = node["alias"]
        temporary = node["relation_name"].replace(f'"{name}"', f'"{name}{TEMPORARY}"')
        found.append(f'alter {kind} {temporary} rename to "{name}"')
    return found


def processor():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main():
    project = pathlib.Path(sys.argv[1]).resolve()
    target = project / "target"
    nodes = json.loads((target / "manifest.json").read_text())["nodes"]
    order = json.loads((target / "run_results.json").read_text())["results"]
    work = [statements(project, target, nodes[result["unique_id"]]) for result in order]

    wall, used = time.perf_counter(), processor()
    connection = duckdb.connect(str(project / "bench.duckdb"), config={"threads": 2})
    for node in work:
        connection.begin()
        for sql in node:
            connection.execute(sql).fetchall()
        connection.commit()
    connection.close()
    print(json.dumps({"wall": time.perf_counter() - wall, "cpu": processor() - used}))


if __name__ == "__main__":
    main()
