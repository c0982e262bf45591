"""Replaces what every run has of its own: its id, the times at which it ran, text of the program's own."""

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
            # A moment without a fraction is rather a row's own.
            return "<now>" if value.microsecond and self.is_now(value) else value
        if isinstance(value, dict):
            return {self.settled(k): self.settled(v) for k, v in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.settled(v) for v in value]
        return value

    def text(self, text):
        text = own_code(text)
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


def own_code(text):
    """A model in Python without what each program puts behind it."""
    text, mark, _ = text.partition("# COMMAND ----------")
    lines = text.split("\n")
    if mark:
        while lines and (not lines[-1].strip() or lines[-1].startswith("#")):
            lines.pop()
    return "\n".join(lines)


def now():
    return datetime.datetime.now(datetime.timezone.utc)
