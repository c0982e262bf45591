"""Runs every case through `dbt compile` and writes what parsing found and what compiling gave beside it.

    python tests/phases/generate.py
    python tests/phases/generate.py --check    # exit 1 when the file would change

Needs a Python with `dbt-core<1.12`, `dbt-duckdb` and `duckdb==1.5.6`. README.md describes the files.
"""

import json
import os
import pathlib
import re
import shutil
import sys
import tempfile
import time

os.environ.update(
    DO_NOT_TRACK="1", DBT_SEND_ANONYMOUS_USAGE_STATS="false", TZ="UTC", CASE_ENV="from the environment"
)
time.tzset()

from dbt.cli.main import dbtRunner  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
CASES = HERE / "cases.txt"
BLAME = r"(?:models/cases/|model\.corpus\.|[mM]odel ['\"]){}\b"


def read_cases(text):
    """Gives {name: template}; answers are dropped."""
    cases, kept = {}, None
    for line in text.split("\n")[:-1]:
        if line.startswith("=== "):
            if line[4:] in cases:
                raise SystemExit(f"two cases are named {line[4:]!r}")
            kept = cases.setdefault(line[4:], [])
        elif line.startswith("--- "):
            kept = []
        else:
            kept.append(line)
    return {name: "\n".join(lines) for name, lines in cases.items()}


def model_name(case):
    return re.sub(r"\W+", "_", case)


def section(kind, text):
    if any(line.startswith(("=== ", "--- ")) for line in text.split("\n")):
        raise SystemExit(f"cannot be written as a section: {text!r}")
    return f"--- {kind}\n" + (text + "\n" if text else "")


def first_line(message):
    """Gives the first line that says why, without dbt's heading."""
    lines = [line.strip() for line in str(message).strip().split("\n")]
    headings = ("Compilation Error", "Runtime Error", "Parsing Error", "Dependency Error", "Database Error")
    return next((line for line in lines if line and not line.startswith(headings)), lines[0])


def run(command, project, cases):
    """Runs a dbt command over some cases and gives its outcome."""
    shutil.rmtree(project / "target", ignore_errors=True)
    shutil.rmtree(project / "models" / "cases", ignore_errors=True)
    (project / "models" / "cases").mkdir()
    for name, template in cases.items():
        (project / "models" / "cases" / f"{model_name(name)}.sql").write_text(template)
    places = ["--project-dir", str(project), "--profiles-dir", str(project)]
    return dbtRunner().invoke(
        ["--quiet", "--log-level", "none", *command, "--no-partial-parse", *places]
    )


def without_stoppers(command, project, cases):
    """Runs a command without the cases at which dbt stops: (outcome, other cases, {name: error})."""
    stoppers, rest = {}, dict(cases)
    while (ended := run(command, project, rest)).exception:
        told = str(ended.exception)
        suspects = [n for n in rest if re.search(BLAME.format(model_name(n)), told)] or list(rest)
        while len(suspects) > 1:
            half = suspects[: len(suspects) // 2]
            guilty = run(command, project, {n: rest[n] for n in half}).exception
            suspects = half if guilty else suspects[len(half) :]
        told = str(run(command, project, {suspects[0]: rest.pop(suspects[0])}).exception)
        stoppers[suspects[0]] = first_line(told.replace(str(project), "<root>"))
    return ended, rest, stoppers


def compile_all(project, cases):
    """Compiles all cases: (results by model, manifest, parse errors, compile errors)."""
    _, rest, unparsed = without_stoppers(["parse"], project, cases)
    command = ["compile", "--select", "path:models/cases"]
    _, rest, uncompiled = without_stoppers(command, project, rest)
    ended = run(["parse"], project, {**rest, **{name: cases[name] for name in uncompiled}})
    parsed_nodes = ended.result.to_dict()
    ended = run(command, project, rest)
    compiled = {r.node.unique_id: r.node.compiled_code for r in ended.result}
    return compiled, parsed_nodes, unparsed, uncompiled


def parsed(node, manifest, template):
    """Tells what parsing found, as far as it is not what a model of plain text has."""
    plain, lines = manifest["nodes"]["model.corpus.plain_text"], []
    if node["raw_code"] != template:
        lines.append(("raw_code", node["raw_code"]))
    node["sources"].sort()  # dbt's static parser gives them in any order
    lines += [(key, node[key]) for key in ("refs", "sources", "metrics") if node[key]]
    lines += [(f"depends_on.{k}", sorted(v)) for k, v in sorted(node["depends_on"].items()) if v]
    changed = {k: v for k, v in node["config"].items() if v != plain["config"].get(k)}
    lines += [("config", changed)] if changed else []
    if node["relation_name"] != plain["relation_name"].replace(plain["name"], node["name"]):
        lines.append(("relation_name", node["relation_name"]))
    return "\n".join(f"{k}: {json.dumps(v, ensure_ascii=False)}" for k, v in lines)


def answer(name, template, compiled, manifest, unparsed, uncompiled):
    """Gives the sections that follow a case's template."""
    if name in unparsed:
        return section("parse error", unparsed[name])
    unique_id = f"model.corpus.{model_name(name)}"
    if unique_id in manifest["disabled"]:
        return section("parsed", "disabled: true")
    text = section("parsed", parsed(manifest["nodes"][unique_id], manifest, template))
    if name in uncompiled:
        return text + section("compile error", uncompiled[name])
    return text + section("compiled", compiled[unique_id])


def main():
    text = CASES.read_text(encoding="utf-8")
    cases = read_cases(text)
    with tempfile.TemporaryDirectory() as folder:
        project = pathlib.Path(folder, "project")
        shutil.copytree(HERE / "project", project)
        os.chdir(project)  # the database is made in the current directory
        outcome = compile_all(project, cases)
    made = "".join(
        f"=== {name}\n" + (template + "\n" if template else "") + answer(name, template, *outcome)
        for name, template in cases.items()
    )
    if made != text and "--check" not in sys.argv:
        CASES.write_text(made, encoding="utf-8", newline="\n")
    print(f"{len(cases)} cases, {'changed' if made != text else 'none changed'}")
    sys.exit(1 if made != text and "--check" in sys.argv else 0)


if __name__ == "__main__":
    main()
