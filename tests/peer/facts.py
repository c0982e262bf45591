"""Facts about what a run left: {section: {key: value}}, comparable by equality."""

import collections
import hashlib
import json

import duckdb

from volatile import Volatile, own_code

ROWS_KEPT = 20_000
OF_EACH_RUN = {"created_at", "root_path", "compiled_code", "compiled", "extra_ctes", "extra_ctes_injected"}
OWN_RELATIONS = ("dsql_batches",)
OWN_TEXT = ("macro.dbt.", "macro.dbt_duckdb.")
RESOURCES = (
    "nodes sources exposures metrics groups semantic_models saved_queries unit_tests functions macros docs"
).split()
MAPS = "parent_map child_map group_map".split()


def collect(place, outcome, command):
    """Gathers all facts after one step."""
    facts = {"exit code": {"exit code": outcome.code}}
    if command in ("ls", "list"):
        facts["output"] = {line: True for line in outcome.stdout.splitlines() if line.strip()}
    manifest = read_json(place.root / "target" / "manifest.json")
    results = read_json(place.root / "target" / "run_results.json")
    sources = read_json(place.root / "target" / "sources.json")
    for artifact in (manifest, results, sources):
        place.ids.add((artifact.get("metadata") or {}).get("invocation_id") or "<none>")
    volatile = Volatile(place.start, str(place.root))
    volatile.ids = place.ids
    for part in (
        of_results(results),
        of_freshness(sources),
        of_database(place.root, volatile),
        of_compiled(place.root, manifest, results),
        of_run(place.root, manifest),
    ):
        facts.update(part)
    facts.update(of_manifest(manifest))
    facts.update(of_catalog(read_json(place.root / "target" / "catalog.json")))
    facts["semantic manifest"] = of_semantic_manifest(read_json(place.root / "target" / "semantic_manifest.json"))
    return volatile.settled(facts)


def read_json(path):
    """Reads a JSON file; a missing or broken one is nothing."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def of_results(results):
    """Statuses, failures and messages by unique id. The words of an error are each program's own."""
    nodes = {r["unique_id"]: r for r in results.get("results", [])}
    told = {k: r for k, r in nodes.items() if r["status"] not in ("error", "runtime error")}
    return {
        "statuses": {k: r["status"] for k, r in nodes.items()},
        "failures": {k: r.get("failures") for k, r in nodes.items()},
        "messages": {k: (r.get("message") or "").replace("\r\n", "\n") for k, r in told.items()},
        "adapter responses": {k: r.get("adapter_response") for k, r in told.items()},
        "relation names": {k: r.get("relation_name") for k, r in nodes.items()},
        "phases": {k: [r.get("compiled"), *(phase(t) for t in r.get("timing", []))] for k, r in nodes.items()},
    }


def phase(timing):
    return [timing["name"], *(timing[key] is not None for key in ("started_at", "completed_at"))]


def of_freshness(sources):
    """What `source freshness` found, without the times at which it looked."""
    results = {r["unique_id"]: r for r in sources.get("results", [])}
    return {
        "freshness": {k: [r["status"], r.get("criteria"), r.get("adapter_response")] for k, r in results.items()},
    }


def of_database(root, volatile):
    """Relations, columns, row counts and contents of every DuckDB file in the copy."""
    names = ("relations", "columns", "row counts", "contents", "contents of columns")
    sections = {name: {} for name in names}
    for file in sorted(root.rglob("*")):
        if "dbt_packages" in file.parts or not is_database(file):
            continue
        with duckdb.connect(str(file), read_only=True) as connection:
            connection.execute("set timezone = 'UTC'")
            of_connection(connection, str(file.relative_to(root)), sections, volatile)
    return sections


def is_database(file):
    try:
        with file.open("rb") as stream:
            return stream.read(12)[8:] == b"DUCK"
    except OSError:
        return False


def of_connection(connection, file, sections, volatile):
    tables = connection.execute(
        "select table_schema, table_name, table_type from information_schema.tables"
        " where table_catalog = current_database()"
    ).fetchall()
    for schema, name, kind in tables:
        if name in OWN_RELATIONS:
            continue
        key = f"{file}: {schema}.{name}"
        sections["relations"][key] = kind
        try:
            quoted = ".".join('"{}"'.format(part.replace('"', '""')) for part in (schema, name))
            rows = connection.execute(f"select * from {quoted}")
            sections["columns"][key] = [f"{c[0]} {c[1]}" for c in rows.description]
            names = [c[0] for c in rows.description]
            count, contents, columns = digest(rows, names, volatile)
        except duckdb.Error as error:
            count, contents, columns = None, {"digest": type(error).__name__}, {}
        sections["row counts"][key] = count
        sections["contents"][key] = contents
        sections["contents of columns"].update({f"{key}.{name}": it for name, it in columns.items()})


def digest(rows, names, volatile):
    """Counts rows and adds up their hashes, and those of each column, which does not depend on their order."""
    count, total, kept, totals = 0, 0, [], [0] * len(names)
    while batch := rows.fetchmany(10_000):
        for row in batch:
            cells = volatile.cells(row)
            text = ", ".join(cells)
            total += hash_of(text)
            totals = [sum_of + hash_of(cell) for sum_of, cell in zip(totals, cells)]
            count += 1
            if count <= ROWS_KEPT:
                kept.append(text)
    columns = {name: f"{sum_of % 2**128:032x}" for name, sum_of in zip(names, totals)}
    return count, {"digest": f"{total % 2**128:032x}", "rows": sorted(kept)}, columns


def hash_of(text):
    return int.from_bytes(hashlib.md5(text.encode("utf-8", "replace")).digest(), "big")


def fold(text):
    return " ".join(own_code(text).split())


def of_compiled(root, manifest, results):
    """Compiled SQL by unique id after folding white space, and the files under target/compiled."""
    code = {k: n["compiled_code"] for k, n in manifest.get("nodes", {}).items() if n.get("compiled_code")}
    for result in results.get("results", []):
        if result.get("compiled_code"):
            code[result["unique_id"]] = result["compiled_code"]
    folder = root / "target" / "compiled"
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {
        "compiled SQL": {k: fold(text) for k, text in code.items()},
        "compiled files": {str(p.relative_to(folder)): True for p in files},
    }


def of_run(root, manifest):
    """The SQL under target/run after folding white space; of nodes that share a file, the last one wrote it."""
    paths = collections.Counter(node.get("build_path") for node in manifest.get("nodes", {}).values())
    folder = root / "target" / "run"
    files = sorted(p for p in folder.rglob("*") if p.is_file() and paths[str(p.relative_to(root))] <= 1)
    return {
        "run SQL": {str(p.relative_to(folder)): fold(p.read_text(encoding="utf-8")) for p in files},
    }


def of_manifest(manifest):
    """One section per key of a resource; the text of dbt's own macros is each program's own."""
    sections = {"manifest": {k: True for k in manifest}}
    metadata = manifest.get("metadata") or {}
    for key in ("dbt_schema_version", "project_name", "project_id", "adapter_type", "quoting"):
        sections["manifest"][f"metadata.{key}"] = metadata.get(key)
    disabled = {k: node for k, all_of in (manifest.get("disabled") or {}).items() for node in all_of[:1]}
    for kind, resources in [(r, manifest.get(r) or {}) for r in RESOURCES] + [("disabled", disabled)]:
        sections[f"manifest {kind}"] = {
            k: True for k in resources if not k.startswith(OWN_TEXT) and not k.startswith("doc.dbt.")
        }
        for unique_id, resource in resources.items():
            if unique_id.startswith(OWN_TEXT) or unique_id.startswith("doc.dbt."):
                continue
            for key, value in facets(resource):
                sections.setdefault(f"manifest {kind}.{key}", {})[unique_id] = value
    sections["manifest selectors"] = manifest.get("selectors") or {}
    for name in MAPS:
        sections[f"manifest {name}"] = sorted_lists(manifest.get(name) or {})
    return sections


def of_catalog(catalog):
    """One section per key of a relation, columns in their order."""
    sections = {"catalog": {f"{kind} {k}": True for kind in ("nodes", "sources") for k in catalog.get(kind) or {}}}
    sections["catalog"].update({f"key {k}": True for k in catalog})
    if catalog:
        sections["catalog"]["errors"] = len(catalog["errors"]) if catalog["errors"] else None
    for kind in ("nodes", "sources"):
        for unique_id, relation in (catalog.get(kind) or {}).items():
            for key, value in relation.items():
                key = f"catalog relations.{key}"
                sections.setdefault(key, {})[f"{kind} {unique_id}"] = (
                    list(value.items()) if key.endswith(".columns") else value
                )
    return sections


def of_semantic_manifest(manifest):
    """Each semantic model, metric and saved query by name, and the configuration of the project."""
    facts = {}
    for section, items in manifest.items():
        items = items if isinstance(items, list) else [items]
        facts.update({f"{section} {it.get('name', '')}" if isinstance(it, dict) else section: it for it in items})
    return facts


def facets(resource):
    """Gives the comparable (key, value) pairs of a node; `depends_on` is one pair per kind."""
    for key, value in resource.items():
        if key == "depends_on":
            for kind, ids in value.items():
                yield f"depends_on.{kind}", ids if kind == "macros" else sorted(ids)
        elif key == "sources":
            # dbt's static parser returns a set.
            yield key, sorted(value)
        elif key not in OF_EACH_RUN:
            yield key, value


def sorted_lists(value):
    if isinstance(value, dict):
        return {k: sorted_lists(v) for k, v in value.items()}
    return sorted(value) if isinstance(value, list) else value
