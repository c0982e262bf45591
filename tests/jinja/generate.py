"""Renders every case of the Jinja corpus through dbt and writes the answers beside the templates.

    python tests/jinja/generate.py              # rewrites tests/jinja/*.txt
    python tests/jinja/generate.py loops.txt    # one topic
    python tests/jinja/generate.py --check      # exit 1 when a file would change

Needs a Python with `dbt-core<1.12`, `dbt-duckdb` and `duckdb==1.5.6`. README.md describes the files.
"""

import copy
import os
import pathlib
import sys
import tempfile
import time

os.environ.update(
    DO_NOT_TRACK="1",
    DBT_SEND_ANONYMOUS_USAGE_STATS="false",
    TZ="UTC",
    CASE_ENV="from the environment",
    CASE_ENV_EMPTY="",
    CASE_ENV_NUMBER="42",
)
time.tzset()

from dbt.adapters.factory import get_adapter  # noqa: E402
from dbt.cli.main import cli  # noqa: E402
from dbt.clients.jinja import get_rendered  # noqa: E402
from dbt.context.providers import generate_runtime_macro_context  # noqa: E402
from dbt.contracts.graph.unparsed import UnparsedMacro  # noqa: E402
from dbt.node_types import NodeType  # noqa: E402
from dbt.parser.macros import MacroParser  # noqa: E402

HERE = pathlib.Path(__file__).parent
ROOT, PACKAGE = "corpus", "shelf"
VARS = """{number: 3, text: plain, template: '{{ 1 + 1 }}', list: [1, two, 3.0], dict: {a: 1, b: {c: x}},
  flag: true, nothing: null, quoted: "it's"}"""
PROJECT_FILES = {
    "dbt_project.yml": f"name: {ROOT}\nprofile: {ROOT}\n",
    "profiles.yml": f"{ROOT}:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n"
    "      path: ':memory:'\n      schema: main\n      threads: 1\n",
    "packages.yml": f"packages:\n  - local: dbt_packages/{PACKAGE}\n",
    f"dbt_packages/{PACKAGE}/dbt_project.yml": f"name: {PACKAGE}\n",
}


class Case:
    """One case: a template, macros by package, and what rendering it gives."""

    def __init__(self, name, template, macros):
        self.name, self.template, self.macros = name, template, macros

    def text(self, kind, answer):
        parts = [f"=== {self.name}\n", section(self.template)]
        for package, macros in self.macros:
            parts += [f"--- macros {package}".rstrip() + "\n", section(macros)]
        return "".join(parts + [f"--- {kind}\n", section(answer)])


def section(text):
    """A section's text with its closing newline; no text at all is no line at all."""
    if any(line.startswith(("=== ", "--- ")) for line in text.split("\n")) or "\r" in text:
        raise SystemExit(f"cannot be written as a section: {text!r}")
    return text + "\n" if text else ""


def read_topic(path):
    """Reads (preamble, cases) of a topic file; answers are dropped."""
    preamble, cases, sections = "", [], None
    for line in path.read_text(encoding="utf-8").split("\n"):
        if line.startswith("=== "):
            sections = [["template", []]]
            cases.append((line[4:], sections))
        elif sections is None:
            preamble += line + "\n" if line else ""
        elif line.startswith("--- "):
            sections.append([line[4:], []])
        else:
            sections[-1][1].append(line)
    if cases and not cases[-1][1][-1][1][-1]:
        cases[-1][1][-1][1].pop()  # what split() leaves after the file's last newline
    names = [name for name, _ in cases]
    double = {name for name in names if names.count(name) > 1}
    if double:
        raise SystemExit(f"{path.name}: case names used twice: {sorted(double)}")
    return preamble, [
        Case(
            name,
            "\n".join(sections[0][1]),
            [(k[6:].strip(), "\n".join(v)) for k, v in sections[1:] if k.startswith("macros")],
        )
        for name, sections in cases
    ]


class Dbt:
    """A parsed, empty dbt project in which templates are rendered."""

    def __init__(self, folder):
        for name, text in PROJECT_FILES.items():
            path = pathlib.Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        args = ["--quiet", "parse", "--project-dir", folder, "--profiles-dir", folder]
        args += ["--vars", VARS, "--no-partial-parse"]
        context = cli.make_context(cli.name, args.copy())
        context.obj = {"manifest": None, "callbacks": [], "dbt_runner_command_args": args}
        cli.invoke(context)
        self.config, self.manifest = context.obj["runtime_config"], context.obj["manifest"]
        self.adapter = get_adapter(self.config)
        self.built_in = dict(self.manifest.macros)
        self.vars = self.config.cli_vars

    def add_macros(self, package, text):
        """Adds a package's macro file to the manifest, as dbt's parser does."""
        parser = MacroParser(self.config.dependencies[package], self.manifest)
        file = UnparsedMacro(
            path="macros/case.sql",
            original_file_path="macros/case.sql",
            package_name=package,
            raw_code=text,
            resource_type=NodeType.Macro,
            language="sql",
        )
        for macro in parser.parse_unparsed_macros(file):
            self.manifest.macros[macro.unique_id] = macro

    def render(self, case, native):
        """Renders one case: ("output", text) or ("error", first line of the message)."""
        self.manifest.macros = dict(self.built_in)
        self.config.cli_vars = copy.deepcopy(self.vars)
        self.manifest._macros_by_name = self.manifest._macros_by_package = None
        try:
            for package, text in case.macros:
                self.add_macros(package or ROOT, text)
            self.adapter.set_macro_resolver(self.manifest)
            self.adapter.cache.clear()
            host = copy.copy(next(iter(self.built_in.values())))
            host.package_name = ROOT
            with self.adapter.connection_named("case"):
                context = generate_runtime_macro_context(host, self.config, self.manifest, ROOT)
                text = get_rendered(case.template, context, native=native)
            return "output", repr(text) if native else text
        except Exception as error:
            return "error", (str(getattr(error, "msg", error)) or type(error).__name__).split("\n")[0]


def generate(dbt, path):
    """Gives the whole text a topic file should have."""
    preamble, cases = read_topic(path)
    native, folded = path.stem == "native", path.stem == "cross_db"
    text = preamble
    for case in cases:
        try:
            kind, answer = dbt.render(case, native)
            if folded and kind == "output":
                answer = " ".join(answer.split())
            if " at 0x" in answer:
                raise SystemExit("prints a memory address")
            text += case.text(kind, answer)
        except SystemExit as error:
            raise SystemExit(f"{path.name}: {case.name}: {error}") from None
    return text


def main():
    names = [a for a in sys.argv[1:] if not a.startswith("-")]
    paths = [HERE / n for n in names] or sorted(HERE.glob("*.txt"))
    changed = []
    with tempfile.TemporaryDirectory() as folder:
        dbt = Dbt(folder)
        for path in paths:
            text = generate(dbt, path)
            if text != path.read_text(encoding="utf-8"):
                changed.append(path.name)
                if "--check" not in sys.argv:
                    path.write_text(text, encoding="utf-8", newline="\n")
    print(f"{len(paths)} topics, changed: {', '.join(changed) or 'none'}")
    sys.exit(1 if changed and "--check" in sys.argv else 0)


if __name__ == "__main__":
    main()
