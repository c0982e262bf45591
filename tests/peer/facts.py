"""Facts about what a run left: {section: {key: value}}, comparable by equality."""

import hashlib
import json

import duckdb

ROWS_KEPT = 20_000
OF_EACH_RUN = {"created_at", "root_path", "compiled_code", "compiled", "extra_ctes", "extra_ctes_injected"}
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
    for part in (of_results(results), of_database(place.root), of_compiled(place.root, manifest, results)):
        facts.update(part)
    facts.update(of_manifest(manifest))
    facts.update(of_catalog(read_json(place.root / "target" / "catalog.json")))
    facts["semantic manifest"] = of_semantic_manifest(read_json(place.root / "target" / "semantic_manifest.json"))
    return without_root(facts, str(place.root))


def read_json(path):
    """Reads a JSON file; a missing or broken one is nothing."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def without_root(value, root):
    """Replaces the copy's directory by `<root>` wherever it occurs in text."""
    if isinstance(value, str):
        return value.replace(root, "<root>")
    if isinstance(value, dict):
        return {without_root(k, root): without_root(v, root) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [without_root(v, root) for v in value]
    return value


def of_results(results):
    """Statuses, failures and messages by unique id. The words of an error are each program's own."""
    nodes = {r["unique_id"]: r for r in results.get("results", [])}
    told = {k: r for k, r in nodes.items() if r["status"] not in ("error", "runtime error")}
    return {
        "statuses": {k: r["status"] for k, r in nodes.items()},
        "failures": {k: r.get("failures") for k, r in nodes.items()},
        "messages": {k: r.get("message") for k, r in told.items()},
        "adapter responses": {k: r.get("adapter_response") for k, r in told.items()},
        "relation names": {k: r.get("relation_name") for k, r in nodes.items()},
    }


def of_database(root):
    """Relations, columns, row counts and contents of every DuckDB file in the copy."""
    sections = {name: {} for name in ("relations", "columns", "row counts", "contents")}
    for file in sorted(root.rglob("*")):
        if "dbt_packages" in file.parts or not is_database(file):
            continue
        with duckdb.connect(str(file), read_only=True) as connection:
            connection.execute("set timezone = 'UTC'")
            of_connection(connection, str(file.relative_to(root)), sections)
    return sections


def is_database(file):
    try:
        with file.open("rb") as stream:
            return stream.read(12)[8:] == b"DUCK"
    except OSError:
        return False


def of_connection(connection, file, sections):
    tables = connection.execute(
        "select table_schema, table_name, table_type from information_schema.tables"
        " where table_catalog = current_database()"
    ).fetchall()
    for schema, name, kind in tables:
        key = f"{file}: {schema}.{name}"
        sections["relations"][key] = kind
        try:
            quoted = ".".join('"{}"'.format(part.replace('"', '""')) for part in (schema, name))
            rows = connection.execute(f"select * from {quoted}")
            sections["columns"][key] = [f"{c[0]} {c[1]}" for c in rows.description]
            count, contents = digest(rows)
        except duckdb.Error as error:
            count, contents = None, {"digest": type(error).__name__}
        sections["row counts"][key] = count
        sections["contents"][key] = contents


def digest(rows):
    """Counts rows and adds up their hashes, which does not depend on their order."""
    count, total, kept = 0, 0, []
    while batch := rows.fetchmany(10_000):
        for row in batch:
            text = repr(tuple(settled(value) for value in row))
            total += int.from_bytes(hashlib.md5(text.encode("utf-8", "replace")).digest(), "big")
            count += 1
            if count <= ROWS_KEPT:
                kept.append(text)
    return count, {"digest": f"{total % 2**128:032x}", "rows": sorted(kept)}


def settled(value):
    """Rounds floats to 12 digits: sums of floats depend on the order of threads."""
    if isinstance(value, float):
        return float(f"{value:.12g}")
    if isinstance(value, (list, tuple)):
        return [settled(v) for v in value]
    if isinstance(value, dict):
        return {k: settled(v) for k, v in value.items()}
    return value


def fold(text):
    return " ".join(text.split())


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
            yield from ((f"depends_on.{kind}", sorted(ids)) for kind, ids in value.items())
        elif key == "sources":
            # dbt's static parser returns a set.
            yield key, sorted(value)
        elif key not in OF_EACH_RUN:
            yield key, value


def sorted_lists(value):
    if isinstance(value, dict):
        return {k: sorted_lists(v) for k, v in value.items()}
    return sorted(value) if isinstance(value, list) else value
