"""Makes pairs of tables, has daff draw how they differ, and writes both to cases.json.

    python tests/table_diffs/generate.py [number of cases] [seed]

Needs a Python with `dbt-core<1.12`, which brings daff. Rows come sorted, as dbt sorts them; `drawn` is null where
daff sees no difference.
"""

import json
import pathlib
import random
import re
import sys

import daff

HERE = pathlib.Path(__file__).parent
COLOURS = re.compile(r"\x1B(?:[@-Z\\-_]|\[[0-?]*[ -/]*[@-~])")
TEXTS = [None, "", "a", "b", "ab", " a", "a b", "NULL", "_NULL", "x,y", 'q"q', "line\nbreak", "1", "2", "None", "null",
         "a->b", "-->", "a longer text of many words"]


def drawn(header, expected, actual):
    """Draws the difference as dbt does, without colours."""
    flags = daff.CompareFlags()
    flags.ordered = False
    tables = [daff.PythonTableView([list(header), *map(list, rows)]) for rows in (expected, actual)]
    diff = daff.TableDiff(daff.Coopy.compareTables(*tables, flags).align(), flags)
    diff.hilite(daff.PythonTableView([]))
    if not diff.hasDifference():
        return None
    result = daff.PythonTableView([])
    diff.hilite(result)
    return COLOURS.sub("", daff.TerminalDiffRender().render(result)).replace("\r\n", "\n")


def value(kind):
    """Makes a value: a number, any text, a truth value or one of few numbers."""
    return {
        "number": lambda: str(random.randint(1, 12)),
        "text": lambda: random.choice(TEXTS),
        "truth": lambda: random.choice(["True", "False", None]),
        "few": lambda: str(random.randint(1, 3)),
    }[kind]()


def change(rows, kinds):
    """Takes a row away, adds one or changes a value."""
    what = random.randint(0, 3)
    if what == 1 or not rows:
        rows.append([value(kind) for kind in kinds])
    elif what == 0:
        rows.pop(random.randrange(len(rows)))
    else:
        column = random.randrange(len(kinds))
        random.choice(rows)[column] = value(kinds[column])


def case():
    """Makes one pair of tables."""
    width = random.choice([1, 1, 2, 2, 3, 4, 5, 6, 8, 12])
    kinds = random.choices(["number", "number", "text", "text", "truth", "few"], k=width)
    names = ["id", "name", "c", "value", "some_longer_name"]
    header = [f"{random.choice(names)}{at}" for at in range(width)]
    expected = [[value(kind) for kind in kinds] for _ in range(random.choice([0, 1, 2, 3, 5, 8, 15]))]
    if random.random() < 0.4:
        for at, row in enumerate(expected):
            row[0] = str(at + 1)
    actual = [list(row) for row in expected]
    for _ in range(random.choice([0, 1, 1, 2, 3])):
        change(actual, kinds)
    for rows in (expected, actual):
        rows.sort(key=lambda row: [(cell is None, cell or "") for cell in row])
    return {"header": header, "expected": expected, "actual": actual, "drawn": drawn(header, expected, actual)}


def main():
    """Writes the cases, one a line."""
    count, seed = (list(map(int, sys.argv[1:])) + [120, 7][len(sys.argv) - 1 :])[:2]
    random.seed(seed)
    lines = [json.dumps(case(), ensure_ascii=False) for _ in range(count)]
    (HERE / "cases.json").write_text("[\n" + ",\n".join(lines) + "\n]\n")


main()
