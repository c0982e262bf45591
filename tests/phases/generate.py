"""Runs every case through `dbt compile` and writes what parsing found and what compiling gave beside it.

    python tests/phases/generate.py            # all cases
    python tests/phases/generate.py --missing  # those that have no answer yet
    python tests/phases/generate.py TEXT …     # those whose names hold one of the texts
    python tests/phases/generate.py --check    # exit 1 when a file would change

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
GROUP = 12
BLAME = r"(?:models/cases/|model\.corpus\.|[mM]odel ['\"]){}\b"


def read_cases(text):
    """Gives {name: (template, answer)}; a remark before the first case has the name None."""
    cases, name, kept = {None: ("", "")}, None, 0
    for line in text.split("\n")[:-1]:
        if line.startswith("=== "):
            name, kept = line[4:], 0
            if name in cases:
                raise SystemExit(f"two cases are named {name!r}")
            cases[name] = ("", "")
            continue
        kept = 1 if line.startswith("--- ") else kept
        parts = list(cases[name])
        parts[kept] += line + "\n"
        cases[name] = tuple(parts)
    return cases


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
    """Finds the cases at which dbt stops: (other cases, {name: error}). Small groups are quick."""
    stoppers, names = {}, list(cases)
    for start in range(0, len(names), GROUP):
        group = {name: cases[name] for name in names[start : start + GROUP]}
        while group and (error := run(command, project, group).exception):
            told = str(error)
            suspects = [n for n in group if re.search(BLAME.format(model_name(n)), told)] or list(group)
            while len(suspects) > 1:
                half = suspects[: len(suspects) // 2]
                other = run(command, project, {n: group[n] for n in half}).exception
                suspects, told = (half, str(other)) if other else (suspects[len(half) :], "")
            told = told or str(run(command, project, {suspects[0]: group[suspects[0]]}).exception)
            stoppers[suspects[0]] = first_line(told.replace(str(project), "<root>"))
            del group[suspects[0]]
        print(f"{command[0]}: {min(start + GROUP, len(names))} of {len(names)}", file=sys.stderr)
    return {name: text for name, text in cases.items() if name not in stoppers}, stoppers


def compile_all(project, cases):
    """Compiles all cases: (results by model, manifest, parse errors, compile errors)."""
    rest, unparsed = without_stoppers(["parse"], project, cases)
    command = ["compile", "--select", "path:models/cases"]
    rest, uncompiled = without_stoppers(command, project, rest)
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
    return "\n".join(f"{k}: {json.dumps(v, ensure_ascii=False, default=str)}" for k, v in lines)


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


def is_wanted(name, answer, words):
    if words == ["--missing"]:
        return not answer
    return not words or any(word in name for word in words)


def main():
    check = "--check" in sys.argv
    words = [word for word in sys.argv[1:] if word != "--check"]
    files = {path: read_cases(path.read_text(encoding="utf-8")) for path in sorted(HERE.glob("*.txt"))}
    wanted = {
        name: template[:-1]
        for cases in files.values()
        for name, (template, answered) in cases.items()
        if name and is_wanted(name, answered, words)
    }
    with tempfile.TemporaryDirectory() as folder:
        project = pathlib.Path(folder, "project")
        shutil.copytree(HERE / "project", project)
        os.chdir(project)  # the database is made in the current directory
        outcome = compile_all(project, {"plain text": "select 1", **wanted})
    changed = []
    for path, cases in files.items():
        made = ""
        for name, (template, answered) in cases.items():
            if name in wanted:
                answered = answer(name, wanted[name], *outcome)
            made += (f"=== {name}\n" if name else "") + template + answered
        if made != path.read_text(encoding="utf-8"):
            changed.append(path.name)
            if not check:
                path.write_text(made, encoding="utf-8", newline="\n")
    print(f"{len(wanted)} cases, changed: {', '.join(changed) or 'none'}")
    sys.exit(1 if changed and check else 0)


if __name__ == "__main__":
    main()
