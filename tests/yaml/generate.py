"""Writes what PyYAML (libyaml's safe loader) reads: `<case>.json` beside each `<case>.yml`, and
`snippets.json`. Run by hand: python tests/yaml/generate.py. Needs PyYAML with libyaml."""

import datetime
import json
import pathlib

import yaml

HERE = pathlib.Path(__file__).parent

SNIPPETS = [
    # nothing
    "", "\n\n", "# x", "~", "---\n", "--- # x\n...\n", "...",
    # truth values and nulls
    "a: yes\nb: No\nc: ON\nd: oFF\ne: true\nf: FALSE\ng: y\nh: n\ni: Y\nj: tRUE\nk: On\nl: Off\n",
    "a: ~\nb: Null\nc: nULL\nd:\ne: NULL\nf: null\ng: none\nh: None\n",
    "yes: 1\nno: 2\non: 3\n~: 4\n1.5: 5\n2020-01-01: 6\n",
    # whole numbers
    "[08, 0o12, 012, 0b11, 0x_F, 1_000, +12, -7, 1:30, 190:20:30, 1:60, -1:30, 0, -0, 00, 0_, 0x1F]",
    "[1_0:30, 0:30, 01:30, 1::3, 1:3:5., 0b2, 0xg, 1e3, 1__0, _1, 1_, +_1, --1, 1.2.3, 1-2, +, .]", "[-]",
    "[99999999999999999999999999999999999999999, 0xffffffffffffffffffffffffffffffffffffffff, "
    "-0b1111111111111111111111111111111111111111111111111111111111111111111111111111111111111"
    "11111111111111111111111111111111111111111111111111111111, 018446744073709551615, "
    "170141183460469231731687303715884105727, 170141183460469231731687303715884105728]",
    # floats
    "[1.5, .5, 1., -1.5, +1.5, -.5, 1.e+3, 1e+3, 1.0e3, 1.0e+3, 1.5E-2, 1:30.5, 1__0.0, 1_0.2_5, 0.1]",
    "[.inf, -.inf, +.Inf, .INF, .iNF, .nan, .NaN, .NAN, -.nan, 1.7976931348623157e+309, 1.e, 0.0, -0.0]",
    # dates
    "[2020-01-01, 2020-1-1, 2020-01-01 10:00:00, 2020-01-01T10:00:00Z, 2020-1-1 1:00:00 -05:30]",
    "[2020-01-01t10:00:00.5, 2020-01-01 10:00:00.1234567 +5, 2020-01-01  10:00:00, 2020-01-01 10:00]",
    "[2020-01-01T, 2020-01-01 10:00:00., 2020-01-01 1:2:3, 20200101, 2020-01-01 10:00:00 Z, 1900-12-31]",
    "a: 2020-13-01", "a: 2020-02-30", "a: 0000-01-01", "a: 2020-01-01 25:00:00", "a: 2020-01-01 10:00:60",
    "a: 2020-01-01 10:00:00 +24:00",
    # special scalars
    "a: =", "=: 1", "<<: {a: 1}", "'<<': 1", "a: <<", "[<<]", "- =",
    # tags
    "[!!str 1, !!int '1', !!float 1, !!bool yes, !!null x, ! 1, ! '1', !!str, !!str ~]",
    "a: !!set {a, b}", "a: !!binary aGVsbG8=", "a: !!omap [a: 1, b: 2]", "a: !!pairs [a: 1, a: 2]",
    "a: !!map {b: 1}\nc: !!seq [1]\nd: !!timestamp 2020-01-01\n", "a: !<tag:yaml.org,2002:str> 1",
    "a: !foo 1", "a: !!foo 1", "a: !!python/object:foo {}", "a: !!seq {a: 1}", "a: !!map [1]", "a: !!str [1]",
    "a: !!int 12x", "a: !!int ''", "a: !!float x", "a: !!bool x", "a: !!timestamp x", "a: !x!y 1", "a: !!omap {a: 1}",
    "%TAG !e! tag:yaml.org,2002:\n---\na: !e!str 1",
    # anchors and aliases
    "a: &x {b: 1}\nc: *x\n", "a: &x\nb: *x", "a: &x b\n*x : c", "- &a [1, 2]\n- *a\n- *a\n", "a: &x b\nc: &y *x",
    "a: *b", "a: *x\nb: &x 1", "- &a 1\n- &a 2\n- *a", "&a [*a]", "&a {b: *a}", "a: *", "a: &", "a: *.x*",
    "a: &x 1\nb: [*x, *x]", "a: &x !!str 1\nb: !!str &y 2\nc: [*x, *y]",
    # merge keys
    "a: 1\n<<: {a: 2, b: 3}\nc: 4\n", "<<: [{a: 1}, {a: 2, c: 3}]\nd: 1", "<<: 1", "<<: [1]", "<<: {}\na: 1",
    "<<: {a: 1, b: 1}\n<<: {a: 2, c: 2}\nb: 3\n", "x: &x {<<: {a: 1}, b: 2}\ny:\n  <<: *x\n  b: 3\n",
    "x: &x\n  a: 1\ny: &y\n  b: 2\nz:\n  <<: [*x, *y]\n  c: 3\n", "a: {<<: ~}",
    # keys
    "1: a\ntrue: b\n1.0: c", "a: 1\nb: 2\na: 3\n", "? a\n: b", "? a", "? |\n a\n: b", "? [a]\n: b", "[a, b]: c",
    "{a: 1}: c", "{{ a }}", "a: {{ b }}", "a: {{ b }}/c", "'a': 1\n\"b\": 2\n", "a : b", "a :b", "a:b", "? a\n? b\n",
    # plain scalars
    "a: b#x", "a: b #x", "a: #x", "- a\n b", "a: b\n  c\n\n  d\n", "a: ?b", "a: -b", "a: b:c", "a: http://x/y?z=1#q",
    "a: b, c", "a: [b", "a: b]", "a: }b", "a: @b", "a: `b`", "a: %b", "%b: 1", "a: !b", "a: |x", "a: 50%", "a: b: c",
    "a: b # c\n  d", "a: x\u00a0y", "a: čeština\nb: 日本語 # 😀\nc: 'ž'\n", "a: b\n\n\n", "a:    b   \n",
    "a: b's\nb: c\"d\"\n", "- - a\n  - b\n-\n  - c", "-\n- a", "a: - b", "- a:\n    b\n  c: d", "a",
    # quoted scalars
    "a: 'it''s'\nb: \"x\\ty\\\"z\\\\\\x41\\u0042\\U00000043\\e\\0\\a\\_\\N\\L\\P\\/\\ \"\n", "a: '\\x'", "a: \"x\\\n  y\"",
    "a: \"x\n\n  y\\n  \n z\"", "a: 'x\n y'", "'a\n b': 1", "a: 'b' c", "a: \"b\" c", "a: 'b'c", "a: 'b':c", "a: \"b", "a: 'b",
    "a: \"\\q\"", "a: \"\\x4\"", "a: \"\\ud83d\\ude00\"", "a: \"\\U0001F600\"", "a: \"\\'\"", "a: ''\nb: \"\"\n", "\"a\"#c",
    "a: \"b\"#c", "a: 'b' # c\n", "a: \"x  \n   y\"", "a: \"  x  \"",
    # block scalars
    "a: |\n  x\n  y\n", "a: |-\n  x\n\n  y\n\n", "a: |+\n x\n\n", "a: >\n  x\n  y\n\n  z\n", "a: |2\n   x",
    "a: >-\n  x\n  y\n\n  z\n    q\n  r\n\n\n", "a: |\n\n  x\n", "a: |\nb: 1\n", "a: |\n  # x\n  y #z\n", "a: | # c\n  x\n",
    "a: |\n   x\n  y", "a: |\n\tx", "- |\n x\n- >\n y\n", "a: |\n  x", "a: |\n  x\n  ", "a: |\n  x\n   ", "a: |\n  x\n ", "a: |+\n  x\n\n  ", "a: |-\n  x\n  ", "a: >\n  x\n  y", "a: |+\n  x", "a: |", "a: |\n", "a: |\n  ", "a: |+\n  ", "- |\n  x\n\n\n", "a: |\n  x \n   ", "a: >+\n  x\n\n\nb: 1\n", "a: |-\n  x  \n   y\n",
    "a: |1-\n  x\n", "a: >\n  x\n   y\n  z\n", "|\n  x\n", "a: |\n  {{ x }}\n\n  {% if y %}\n", "a: |0\n x",
    # flow collections
    "[a, b, [c], {d: e}]", "[a, b,]", "[,]", "{,}", "{a}", "{a, b: c}", "{a: }", "{a:1}", "{'a':1}", "[a:b]", "[a: b, c: d]",
    "{a: http://x/y?z=1}", "[a#b]", "[a #b\n]", "[-b]", "[?b]", "a: [", "a: {\n b: 1\n\nc: 2", "a: [b,\n\tc]", "a: [\n]\n",
    "a: [\nb,\nc\n]\nd: 1", "x:\n  a: [\n  b\n]\n", "x:\n  a: {\nb: 1,\n c: [\nd\n]\n}\ne: 2\n", "[a]#c", "{a: 1}#c", "[a, 'b'#c\n]",
    "x:\n  a: [b\nc]\n", "[a b, c\n d]", "{\"a\":[1,2],\"b\":{\"c\":null}}", "[[]]", "{}", "[]", "a: [b]c", "[{a: 1, b: 2}: c]",
    # indentation and quotes that do not care
    'x:\n  a: "foo\nbar"\n', "x:\n  a: 'foo\n\n\tbar'\n", "x:\n  y:\n    - a: \"b\nc\nd\"\n      e: f\n", "x:\n    a: 'b\n  c'\n    d: 1\n",
    # tabs
    "a:\tb", "a:\t- b", "-\tfoo", "\ta: 1", "a:\n\tb: 1", "a: b\t# c\n", "a: \tb\n", "a: b\tc\n", "a:\n  - b\n\t- c\n", "a: 'b'\t\n",
    "a:\tb\nc:\t\td\ne:\t'f'\ng:\t[h]\n", "a:\n\t- b",
    # indentation
    "a:\n- b\n- c\nd: 1", "a:\n  - b\n - c", "a: 1\n b: 2", "a:\n  b: 1\n c: 2", "a: 1\nb", "- a\nb: 1", "a: 1\n- b", "a:\n b: 1\n c: 2\n",
    "a:\n    b: 1\n  c: 2\n", "models:\n  - name:foo\n    description: x\n", "a\nb: 1", "  a: 1\n  b: 2\n", " a: 1\nb: 2\n",
    # documents
    "--- a\n--- b", "a: 1\n---\n", "---\na: 1\n...\n", "---\n---\n", "%YAML 1.1\n---\na: 1", "%YAML 1.2\n---\na: 1", "\ufeffa: 1",
    "a: 1\n...\nb: 2\n", "--- {a: 1}\n", "--- |\n  x\n",
    # line ends
    "a: 1\r\nb:\r\n  - c\r\n  - |\r\n    d\r\n    e\r\n", "a: 'b\r\n  c'\r\n", "a: 1\rb: 2\r",
    # control characters
    "a: \x07", "a: \x7f", "a: '\x85'", "a: \x00b", "a: \ud7ff\ue000",
]


def encode(value):
    """JSON with the types that JSON lacks as one-key objects."""
    if isinstance(value, float):
        return {"!float": repr(value)}
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 2**53:
        return {"!int": str(value)}
    if isinstance(value, datetime.datetime):
        return {"!timestamp": value.isoformat()}
    if isinstance(value, datetime.date):
        return {"!date": value.isoformat()}
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, (list, tuple)):
        return [encode(it) for it in value]
    if isinstance(value, dict):
        if all(isinstance(it, str) for it in value):
            return {key: encode(it) for key, it in value.items()}
        return {"!map": [[encode(key), encode(it)] for key, it in value.items()]}
    return value


def read(text):
    try:
        value = yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        return {"!error": [mark.line + 1, mark.column + 1] if mark else []}
    except Exception:  # a value that Python cannot make: dates, numbers
        return {"!error": []}
    try:
        return encode(value)
    except RecursionError:
        return {"!error": []}


def write(path, value):
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n")


write(HERE / "snippets.json", [{"yaml": text, "value": read(text)} for text in SNIPPETS])
for case in sorted(HERE.glob("*.yml")):
    write(case.with_suffix(".json"), read(case.read_bytes().decode()))
