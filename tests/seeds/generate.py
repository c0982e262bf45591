"""Seeds every CSV file beside it through dbt and writes what dbt makes of it as <name>.expected.

    python tests/seeds/generate.py
    python tests/seeds/generate.py --check    # exit 1 when a file would change

Needs a Python with `dbt-core<1.12`, `dbt-duckdb` and `duckdb==1.5.6`. README.md describes the files.
"""

import json
import os
import pathlib
import shutil
import sys
import tempfile
import time

os.environ.update(DO_NOT_TRACK="1", DBT_SEND_ANONYMOUS_USAGE_STATS="false", TZ="UTC")
time.tzset()

import duckdb  # noqa: E402
from dbt.cli.main import dbtRunner  # noqa: E402
from dbt_common.clients import agate_helper  # noqa: E402

HERE = pathlib.Path(__file__).parent


def seed(folder, files, fast):
    """Runs `dbt seed` over the files and gives the answer for each by name."""
    project = pathlib.Path(folder)
    (project / "seeds").mkdir(parents=True)
    for file in files:
        shutil.copy(file, project / "seeds")
    database = project / "corpus.duckdb"
    (project / "dbt_project.yml").write_text(
        f"name: corpus\nprofile: corpus\nseeds:\n  corpus:\n    +fast: {str(fast).lower()}\n"
    )
    (project / "profiles.yml").write_text(
        "corpus:\n  target: dev\n  outputs:\n    dev: {type: duckdb, schema: main, threads: 1,"
        f" path: '{database}'}}\n"
    )
    place = ["--project-dir", str(project), "--profiles-dir", str(project)]
    ended = dbtRunner().invoke(["--quiet", "--log-level", "none", "seed", *place])
    if ended.exception:
        told = str(ended.exception).replace(str(project), "<root>").strip().split("\n")[0]
        return {file.stem: [f"error, and nothing is run: {told}"] for file in files}
    results, answers = ended.result.results, {}
    with duckdb.connect(str(database)) as connection:
        connection.execute("set timezone = 'UTC'")
        for result in results:
            answers[result.node.name] = answer(connection, result, str(project))
    return answers


def answer(connection, result, root):
    """Gives the lines that tell how one seed ended and what is in its table."""
    if result.status != "success":
        lines = [line.strip() for line in result.message.replace(root, "<root>").split("\n")]
        return [f"error: {' '.join(lines[1:2])}"]
    rows = connection.execute(f"select * from {result.node.relation_name}")
    types = [f"  {json.dumps(c[0], ensure_ascii=False)} {c[1]}" for c in rows.description]
    names = ", ".join(
        'cast("{}" as varchar)'.format(c[0].replace('"', '""')) for c in rows.description
    )
    values = connection.execute(f"select {names} from {result.node.relation_name}").fetchall()
    return [
        f"{result.node.schema}.{result.node.alias}: {len(values)} rows",
        *types,
        *(json.dumps(row, ensure_ascii=False) for row in values),
    ]


def inferred(path, node_types, delimiter):
    """Gives dbt's types for the columns before the database sees them."""
    try:
        table = agate_helper.from_csv(path, text_columns=node_types, delimiter=delimiter)
    except Exception as error:
        return [f"error: {str(error) or type(error).__name__}".split("\n")[0]]
    kinds = [type(t).__name__ for t in table.column_types]
    return [f"  {json.dumps(n, ensure_ascii=False)} {k}" for n, k in zip(table.column_names, kinds)]


def is_text(path):
    """Says whether a file is UTF-8; dbt stops at one that is not, so such a file is seeded alone."""
    try:
        path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return False
    return True


def expected(path, fast, slow, configs):
    """Gives the text of one .expected file."""
    config = configs.get(path.stem, {})
    parts = ["--- inferred", *inferred(path, config.get("column_types", {}), config.get("delimiter", ","))]
    parts += ["--- seeded", *fast[path.stem]]
    if slow[path.stem] != fast[path.stem]:
        parts += ["--- seeded with fast: false", *slow[path.stem]]
    return "\n".join(parts) + "\n"


def main():
    import yaml

    configs = {
        s["name"]: s["config"] for s in yaml.safe_load((HERE / "seeds.yml").read_text())["seeds"]
    }
    with tempfile.TemporaryDirectory() as folder:
        told, files = HERE / "seeds.yml", sorted(HERE.glob("*.csv"))
        together = [file for file in files if is_text(file)]
        fast = seed(f"{folder}/fast", [*together, told], True)
        slow = seed(f"{folder}/slow", [*together, told], False)
        for file in set(files) - set(together):
            fast.update(seed(f"{folder}/{file.stem}", [file], True))
            slow[file.stem] = fast[file.stem]
    changed = []
    for path in sorted(HERE.glob("*.csv")):
        text, file = expected(path, fast, slow, configs), path.with_suffix(".expected")
        if not file.exists() or text != file.read_text(encoding="utf-8"):
            changed.append(file.name)
            if "--check" not in sys.argv:
                file.write_text(text, encoding="utf-8", newline="\n")
    print(f"{len(fast)} seeds, changed: {', '.join(changed) or 'none'}")
    sys.exit(1 if changed and "--check" in sys.argv else 0)


if __name__ == "__main__":
    main()
