"""Keeps what a program left in a project, so that the same run need not be repeated."""

import dataclasses
import datetime
import fnmatch
import hashlib
import json
import os
import pathlib

from workspace import LEFT_OUT, Outcome


class Shelf:
    """A directory with one folder for each project as it is, with its options, on this day."""

    def __init__(self, directory, folders, words):
        digest = hashlib.sha256()
        for word in (*words, datetime.datetime.now(datetime.timezone.utc).date()):
            digest.update(f"{word}\0".encode())
        folders = [os.path.realpath(folder) for folder in folders]
        for file in sorted(pathlib.Path(__file__).parent.glob("*.py")):
            digest.update(file.read_bytes())
        for file in files(folders):
            digest.update(file.encode())
            digest.update(pathlib.Path(file).read_bytes())
        name = os.path.basename(folders[0])
        self.directory = pathlib.Path(directory) / f"{name}-{digest.hexdigest()[:12]}"

    def take(self, name):
        """Gives the (outcome, facts) of each step of an earlier run, or nothing."""
        try:
            kept = json.loads((self.directory / f"{name}.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return [(Outcome(**outcome), facts) for outcome, facts in kept]

    def put(self, name, outcomes):
        """Keeps the outcomes of a run whose copy of the project is already in this folder."""
        kept = [(dataclasses.asdict(outcome), facts) for outcome, facts in outcomes]
        (self.directory / f"{name}.json").write_text(json.dumps(kept), encoding="utf-8")


def files(folders):
    """Lists the files below folders that a copy of them shows, each once, in order."""
    found, seen, waiting = set(), set(), list(folders)
    while waiting:
        folder = os.path.realpath(waiting.pop())
        if folder in seen or not os.path.isdir(folder):
            continue
        seen.add(folder)
        for entry in os.scandir(folder):
            if any(fnmatch.fnmatch(entry.name, pattern) for pattern in LEFT_OUT):
                continue
            if entry.is_dir():
                waiting.append(entry.path)
            elif entry.is_file():
                found.add(os.path.realpath(entry.path))
    return sorted(found)
