"""Writes dbt's answers into `*.txt`: what `dbt ls` lists for each line `=== OPTIONS` on the project
`tests/projects/selection_TOPIC`, or where there is none `tests/projects/selection`. Run by hand in an environment with dbt-core 1.11 and dbt-duckdb:
python tests/selection/generate.py [TOPIC …]"""

import contextlib
import io
import os
import pathlib
import shlex
import shutil
import sys
import tempfile

from dbt.cli.main import dbtRunner

HERE = pathlib.Path(__file__).parent
PROJECTS = HERE.parent / "projects"
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


def main(topics):
    paths = [it for it in sorted(HERE.glob("*.txt")) if not topics or it.stem in topics]
    for folder_of in sorted({project(path.stem) for path in paths}):
        answer_all(folder_of, [path for path in paths if project(path.stem) == folder_of])


def answer_all(source, paths):
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder) / "project"
        shutil.copytree(source, copy)
        os.chdir(copy)
        manifest = invoke(["parse"]).result
        for path in paths:
            cases = [line for line in path.read_text().splitlines() if line.startswith("===")]
            lines = [row for case in cases
                     for row in [case, *answer(case.removeprefix("==="), manifest)]]
            path.write_text("\n".join(lines) + "\n")
        os.chdir(HERE)


if __name__ == "__main__":
    main(sys.argv[1:])
