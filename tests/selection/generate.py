"""Writes dbt's answers into `*.txt`: what `dbt ls` lists for each line `=== OPTIONS` on the project
`tests/projects/selection_TOPIC`, or where there is none `tests/projects/selection`. Those of `state.txt` are
compared with what `dbt build` leaves of the same project as it was before, which goes into `state/` without
the texts of dbt's macros. Run by hand in an environment with dbt-core 1.11 and dbt-duckdb:
python tests/selection/generate.py [TOPIC …]"""

import contextlib
import io
import json
import os
import pathlib
import shlex
import shutil
import sys
import tempfile

from dbt.cli.main import dbtRunner

HERE = pathlib.Path(__file__).parent
PROJECTS = HERE.parent / "projects"
# Files of `selection_state` that were not there before.
ADDED = ["models/added.sql", "models/macro_added.sql", "models/moved/moved.sql",
         "models/renamed_after.sql", "seeds/seed_added.csv"]
QUIET = ["--quiet", "--no-use-colors", "--no-send-anonymous-usage-stats"]


def invoke(words, manifest=None):
    with contextlib.redirect_stdout(io.StringIO()):
        return dbtRunner(manifest=manifest).invoke([*QUIET, *words])


def answer(options, manifest):
    try:
        found = invoke(["ls", *shlex.split(options)], manifest)
    except SystemExit as error:
        return [f"exit {error.code}"]
    if not found.success:
        return ["error"]
    return list(found.result)


def project(topic):
    own = PROJECTS / f"selection_{topic}"
    return own if own.exists() else PROJECTS / "selection"


def before(folder, source):
    """Builds the project as it was before; returns the folder of what that leaves."""
    project = folder / "before"
    shutil.copytree(source, project)
    for path in ADDED:
        (project / path).unlink()
    shutil.copytree(f"{source}_before", project, dirs_exist_ok=True)
    os.chdir(project)
    os.environ["STATE_PLACE"] = "production"
    invoke(["build"])
    del os.environ["STATE_PLACE"]
    return project / "target"


def without_texts_of_dbt(manifest):
    def own(entry):
        return entry["package_name"] not in ("dbt", "dbt_duckdb")

    for node in manifest["nodes"].values():
        node.pop("compiled_code", None)
    for section in ["macros", "docs"]:
        manifest[section] = {id: it for id, it in manifest[section].items() if own(it)}
    for section in ["parent_map", "child_map"]:
        manifest[section] = {}
    return manifest


def keep(target, folder):
    kept = HERE / "state"
    kept.mkdir(exist_ok=True)
    for name in ["manifest.json", "run_results.json"]:
        artifact = json.loads((target / name).read_text())
        if name == "manifest.json":
            artifact = without_texts_of_dbt(artifact)
        else:
            artifact["args"] = {}
            for result in artifact["results"]:
                result.update(compiled_code=None, message=None)
        text = json.dumps(artifact, indent=0, ensure_ascii=False)
        (kept / name).write_text(text.replace(str(folder), "") + "\n")


def main(topics):
    paths = [it for it in sorted(HERE.glob("*.txt")) if not topics or it.stem in topics]
    for folder_of in sorted({project(path.stem) for path in paths}):
        answer_all(folder_of, [path for path in paths if project(path.stem) == folder_of])


def answer_all(source, paths):
    with tempfile.TemporaryDirectory() as folder:
        more = ""
        if source.name == "selection_state":
            target = before(pathlib.Path(folder), source)
            keep(target, pathlib.Path(folder))
            more = f" --state {target}"
        copy = pathlib.Path(folder) / "project"
        shutil.copytree(source, copy)
        os.chdir(copy)
        manifest = invoke(["parse"]).result
        for path in paths:
            cases = [line for line in path.read_text().splitlines() if line.startswith("===")]
            lines = [row for case in cases
                     for row in [case, *answer(case.removeprefix("===") + more, manifest)]]
            path.write_text("\n".join(lines) + "\n")
        os.chdir(HERE)


if __name__ == "__main__":
    main(sys.argv[1:])
