"""A private copy of a project in which one program runs."""

import dataclasses
import os
import pathlib
import re
import shutil
import subprocess
import time

from volatile import now

LEFT_OUT = ("target", "logs", ".git", "__pycache__", "*.duckdb", "*.duckdb.wal", "*.duckdb.tmp")


@dataclasses.dataclass
class Outcome:
    """How one command ended."""

    code: int | None
    stdout: str
    stderr: str
    seconds: float
    started: bool = True

    def trouble(self):
        """Gives the last lines of a program that crashed, hung or did not start; else nothing."""
        if self.started and self.code in (0, 1, 2):
            return ""
        tail = "\n".join((self.stdout + "\n" + self.stderr).strip().split("\n")[-12:])
        return f"ended with {self.code}\n{tail}"


class Workspace:
    """The copy's directory, its environment, and what ran in it."""

    def __init__(self, place, project, around, profiles, environment):
        place = pathlib.Path(os.path.realpath(place))
        project = pathlib.Path(os.path.realpath(project))
        around = pathlib.Path(os.path.realpath(around or project))
        shutil.copytree(around, place, symlinks=True, ignore=shutil.ignore_patterns(*LEFT_OUT))
        for path in place.rglob("*"):
            if path.is_symlink():
                mend_link(path, place, around)
        self.root = place / project.relative_to(around)
        self.start = now()
        self.ids = set()
        for folder in filter(None, [profiles, project, pathlib.Path.home() / ".dbt"]):
            if (file := pathlib.Path(folder) / "profiles.yml").is_file():
                self._copy_profile(file)
                break
        self.environment = {
            **os.environ,
            "DO_NOT_TRACK": "1",
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "NO_COLOR": "1",
            "DBT_USE_COLORS": "false",
            "DBT_TARGET_PATH": "target",
            "DBT_LOG_PATH": "logs",
            **environment,
        }

    def _copy_profile(self, file):
        """Copies profiles.yml; a database outside the project becomes one of the same name inside."""
        text = file.read_text(encoding="utf-8")
        place = r"""(?m)^(\s*["']?path["']?\s*:\s*["']?)(?:/|~|\.\./)[^\s"'#{}]*?([^/\s"'#{}]+)(?=["']?\s*(?:#.*)?$)"""
        (self.root / "profiles.yml").write_text(re.sub(place, r"\1\2", text), encoding="utf-8")

    def prepare(self, shell):
        """Runs a shell command in the copy; it must succeed."""
        subprocess.run(shell, shell=True, cwd=self.root, env=self.environment, check=True)

    def run(self, program, step, timeout):
        """Runs one command of dbt or dsql in the copy."""
        for stale in ("run_results.json", "sources.json", "catalog.json", "compiled", "run"):
            stale = self.root / "target" / stale
            shutil.rmtree(stale) if stale.is_dir() else stale.unlink(missing_ok=True)
        program = os.path.abspath(program) if os.sep in program else program
        command = [program, *step, *(["--quiet"] if step[0] in ("ls", "list") else [])]
        if (self.root / "profiles.yml").is_file():
            command += ["--profiles-dir", str(self.root)]
        start = time.monotonic()
        try:
            done = subprocess.run(
                command,
                cwd=self.root,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=timeout,
            )
        except subprocess.TimeoutExpired:
            return Outcome(None, "", f"no answer within {timeout:g} s", timeout, started=False)
        except OSError as error:
            return Outcome(None, "", str(error), 0.0, started=False)
        return Outcome(done.returncode, done.stdout, done.stderr, time.monotonic() - start)


def mend_link(link, copy, original):
    """Makes a relative link that leaves the copied directory point to where it pointed before."""
    aim = os.readlink(link)
    if not os.path.isabs(aim):
        there = os.path.realpath(original / link.relative_to(copy).parent / aim)
        if not there.startswith(f"{original}/"):
            link.unlink()
            link.symlink_to(there)
