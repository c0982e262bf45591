"""Replaces what every run has of its own, whatever the program: its id, and the times at which it ran."""

import datetime
import re

TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,6})?")
TEMPORARY = re.compile(r"(__dbt_tmp)\d{20}")
KEY = re.compile(r"^'[0-9a-f]{32}'$")
SLACK = datetime.timedelta(seconds=1)


class Volatile:
    """The span of time in which a program ran in a copy, and the ids of its runs."""

    def __init__(self, start, root):
        self.start = start
        self.end = now()
        self.ids = set()
        self.root = root

    def cells(self, row):
        """Texts of a row's values. Beside a time of the run, hashes are keys that are made of it."""
        cells = [repr(self.settled(value)) for value in row]
        return [KEY.sub("'<key>'", it) for it in cells] if "'<now>'" in cells else cells

    def settled(self, value):
        """Rounds floats to 12 digits, too: sums of floats depend on the order of threads."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, float):
            return float(f"{value:.12g}")
        if isinstance(value, datetime.datetime):
            return "<now>" if self.is_now(value) else value
        if isinstance(value, dict):
            return {self.settled(k): self.settled(v) for k, v in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.settled(v) for v in value]
        return value

    def text(self, text):
        text = text.replace(self.root, "<root>")
        for one in self.ids:
            text = text.replace(one, "<invocation_id>")
        text = TEMPORARY.sub(r"\1<now>", text)
        return TIME.sub(lambda found: "<now>" if self.is_time_now(found[0]) else found[0], text)

    def is_time_now(self, text):
        try:
            return self.is_now(datetime.datetime.fromisoformat(text))
        except ValueError:
            return False

    def is_now(self, time):
        time = time if time.tzinfo else time.replace(tzinfo=datetime.timezone.utc)
        return self.start - SLACK <= time <= self.end + SLACK


def now():
    return datetime.datetime.now(datetime.timezone.utc)
