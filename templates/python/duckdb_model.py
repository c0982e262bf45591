"""Runs the code of one model for dsql, which holds the database.

Reads lines of JSON from its input and writes lines of JSON to its output. The first line read is the job.
What the code asks for by `dbt.ref` and `dbt.source` is asked of dsql, which answers with a database file;
the tables that the code makes are left in files, which dsql copies from.
"""

import io
import json
import linecache
import os
import re
import sys
import threading
import traceback
import types

replies = sys.stdin
# The code's own output must not come between the lines of JSON.
lines = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)
sys.stdin = open(os.devnull)
writing = threading.RLock()


def send(**message):
    with writing:
        lines.write(json.dumps(message) + "\n")
        lines.flush()


class Said(io.TextIOBase):
    """Hands on what the code prints."""

    def __init__(self):
        self.rest = ""

    def write(self, text):
        *whole, self.rest = (self.rest + text).split("\n")
        for line in whole:
            send(said=line)
        return len(text)

    def end(self):
        if self.rest:
            self.write("\n")


class Warehouse:
    """The databases that the code sees: a file for each, and beside them what it has asked for."""

    def __init__(self, con, job):
        self.con, self.folder, self.files = con, job["folder"], {}
        con.execute("set python_scan_all_frames = true")
        for sql in job["setup"]:
            con.execute(sql)
        for name in dict.fromkeys([job["default_database"], job["database"]]):
            self.attach(name)
        con.execute(f"use {quoted(job['default_database'])}")
        self.schema(job["database"], job["schema"])
        self.loaded = {}

    def attach(self, name):
        if name.lower() not in (it.lower() for it in self.files):
            path = os.path.join(self.folder, f"made_{len(self.files)}.duckdb")
            if name.lower() == "memory":
                # Its own name: DuckDB has given it to a database already.
                self.con.execute("attach ':memory:' as __dsql_none")
                self.con.execute("use __dsql_none")
                self.con.execute("detach memory")
            self.con.execute(f"attach '{escaped(path)}' as {quoted(name)}")
            self.files[name] = path

    def schema(self, database, name):
        self.con.execute(f"create schema if not exists {quoted(database)}.{quoted(name)}")

    def load(self, relation):
        if relation not in self.loaded:
            send(load=relation)
            answer = json.loads(replies.readline())
            if "error" in answer:
                raise LookupError(answer["error"])
            alias = f"__dsql_read_{len(self.loaded)}"
            self.con.execute(f"attach '{escaped(answer['path'])}' as {alias} (read_only)")
            self.loaded[relation] = f"{alias}.main.read"
            self.name(relation, self.loaded[relation])
        return self.con.query(f"select * from {self.loaded[relation]}")

    def name(self, relation, read):
        """Lets SQL of the code say the relation's own name."""
        parts = re.fullmatch(r'"((?:[^"]|"")*)"\."((?:[^"]|"")*)"\."((?:[^"]|"")*)"', relation)
        if parts:
            database, schema, _ = (it.replace('""', '"') for it in parts.groups())
            self.attach(database)
            self.schema(database, schema)
            self.con.execute(f"create or replace view {relation} as select * from {read}")

    def made(self, con):
        """Lists the tables that the code has made, temporary ones in a file of their own."""
        columns = "database_name, schema_name, table_name, temporary"
        found = con.execute(f"select {columns} from duckdb_tables() where not internal").fetchall()
        tables = []
        for database, schema, table, temporary in found:
            if temporary:
                self.attach("__dsql_temporary")
                con.execute(
                    f"create table __dsql_temporary.main.{quoted(table)} as select * from temp.{quoted(schema)}.{quoted(table)}"
                )
                tables.append([None, "main", table, self.files["__dsql_temporary"]])
            elif database in self.files:
                tables.append([database, schema, table, self.files[database]])
        return tables


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def escaped(text):
    return text.replace("'", "''")


def failure(error, path):
    """Describes an error: its trace from the code's first frame on, and the innermost line in the code."""
    trace, line = error.__traceback__, None
    while trace and trace.tb_frame.f_code.co_filename != path:
        trace = trace.tb_next
    inner = trace
    while inner:
        if inner.tb_frame.f_code.co_filename == path:
            line = inner.tb_lineno
        inner = inner.tb_next
    if isinstance(error, SyntaxError) and error.filename == path:
        line = error.lineno
    text = "".join(traceback.format_exception(type(error), error, trace))
    last = "".join(traceback.format_exception_only(type(error), error)).strip()
    return {"trace": text, "error": last, "line": line}


def run(duckdb, job):
    path, code = job["path"], job["code"]
    sys.path.extend(it for it in job["module_paths"] if it not in sys.path)
    linecache.cache[path] = (len(code), None, code.splitlines(True), path)
    con = duckdb.connect(":memory:")
    warehouse = Warehouse(con, job)
    if job["this"]:
        try:
            warehouse.load(job["this"])
        except LookupError:
            # It is not there before the first run.
            pass
    module = types.ModuleType(job["name"])
    module.__file__ = path
    sys.modules.setdefault(job["name"], module)
    exec(compile(code, path, "exec"), module.__dict__)
    frame = module.model(module.dbtObj(warehouse.load), con)
    if isinstance(frame, duckdb.DuckDBPyRelation):
        # It can stand on temporary tables, which no other cursor sees.
        cursor = con
    else:
        cursor = con.cursor()
        cursor.execute(f"use {quoted(job['default_database'])}")
    module.materialize(frame, cursor)
    tables = warehouse.made(cursor)
    cursor.close()
    con.close()
    return tables


def main():
    job = json.loads(replies.readline())
    try:
        import duckdb
    except ImportError as error:
        return send(missing=error.name or "duckdb", python=sys.executable)
    said = sys.stdout = Said()
    try:
        tables = run(duckdb, job)
    except BaseException as error:
        said.end()
        missing = error.name if isinstance(error, ModuleNotFoundError) else None
        return send(failed=failure(error, job["path"]), module=missing, python=sys.executable)
    said.end()
    send(made=tables)


main()
