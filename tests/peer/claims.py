"""What dsql says about the columns of a project's nodes, and what the manifest and the database say about them."""

import contextlib
import json
import pathlib

import duckdb

EPHEMERAL = "__dbt__cte__"


class Project:
    """The artifacts of one project and the columns of the relations in its database files."""

    def __init__(self, folder, target, databases, lineage=None):
        folder = pathlib.Path(folder)
        target = folder / (target or "target")
        self.manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
        file = lineage or target / "column_lineage.json"
        self.claims = json.loads(pathlib.Path(file).read_text(encoding="utf-8"))["nodes"]
        self.nodes = {**self.manifest["sources"], **self.manifest["nodes"]}
        self.by_relation = {}
        for unique_id, node in self.nodes.items():
            if unique_id.split(".")[0] in ("model", "seed", "snapshot", "source"):
                self.by_relation[self.relation(unique_id)] = unique_id
        self.stored = stored_columns(databases or sorted(folder.glob("*.duckdb")))
        self.folder = folder
        self.external = {}
        for unique_id, source in self.manifest["sources"].items():
            if (source["relation_name"] or "").startswith("'") or "(" in (source["relation_name"] or ""):
                self.external[unique_id] = source["relation_name"]
        catalog = target / "catalog.json"
        self.catalog = json.loads(catalog.read_text(encoding="utf-8")) if catalog.is_file() else {}

    def relation(self, unique_id):
        """Gives a node's relation as (database, schema, name) in small letters; an ephemeral model's is made up."""
        node = self.nodes[unique_id]
        if self.is_ephemeral(unique_id):
            return ("_", "_", unique_id.lower())
        name = node.get("identifier") or node.get("alias") or node["name"]
        return tuple(str(part or "").lower() for part in (node.get("database"), node.get("schema"), name))

    def is_ephemeral(self, unique_id):
        """Says whether a node is a CTE in those that read it."""
        return self.nodes[unique_id].get("config", {}).get("materialized") == "ephemeral"

    def ephemeral_inputs(self, unique_id):
        """Gives the ephemeral models that a node reads, by the names of their CTEs."""
        inputs = [i for i in self.nodes[unique_id]["depends_on"]["nodes"] if i in self.nodes and self.is_ephemeral(i)]
        return {EPHEMERAL + (self.nodes[i].get("alias") or self.nodes[i]["name"]).lower(): i for i in inputs}

    def queries(self):
        """Gives the ids of models and snapshots that are SQL and compiled, upstream first."""
        found, seen = [], set()

        def visit(unique_id):
            if unique_id in seen or unique_id not in self.manifest["nodes"]:
                return
            seen.add(unique_id)
            node = self.manifest["nodes"][unique_id]
            for other in node.get("depends_on", {}).get("nodes", []):
                visit(other)
            if node["resource_type"] in ("model", "snapshot") and node.get("language") == "sql":
                if node.get("compiled_code"):
                    found.append(unique_id)

        for unique_id in sorted(self.manifest["nodes"]):
            visit(unique_id)
        return found

    def known_columns(self, unique_id):
        """Gives a relation's columns with types: from the database, the catalogue, or as a source or seed declares."""
        if stored := self.stored.get(self.relation(unique_id)):
            return dict(stored)
        for section in ("nodes", "sources"):
            if entry := self.catalog.get(section, {}).get(unique_id):
                return {name: column["type"] for name, column in entry["columns"].items()}
        if unique_id in self.external:
            return file_columns(self.folder, self.external[unique_id])
        if unique_id.startswith(("source.", "seed.")):
            declared = self.nodes[unique_id].get("columns", {})
            return {column["name"]: column.get("data_type") or "" for column in declared.values()}
        return {}


def file_columns(folder, relation):
    """Asks DuckDB for the columns of a source that is a file or a table function; none if it cannot tell."""
    with contextlib.chdir(folder), duckdb.connect() as connection:
        try:
            return {name: kind for name, kind, *_ in connection.execute(f"describe from {relation}").fetchall()}
        except duckdb.Error:
            return {}


def stored_columns(files):
    """Reads name and type of all columns in DuckDB files, by relation."""
    relations = {}
    for file in files:
        with duckdb.connect(file, read_only=True) as connection:
            rows = connection.execute(
                "select lower(database_name), lower(schema_name), lower(table_name), column_name, data_type"
                " from duckdb_columns() where not internal order by 1, 2, 3, column_index"
            )
            for *relation, column, kind in rows.fetchall():
                relations.setdefault(tuple(relation), []).append((column, kind))
    return relations
