"""Compares facts section by section, and prints the outcome."""

import json

ABSENT = "(absent)"
BASES = {
    "statuses": ("failures", "messages", "adapter responses", "relation names", "phases"),
    "relations": ("columns", "row counts", "contents"),
}


def base_of(section):
    """Gives the section that says whether a thing is there at all, when this one tells more of it."""
    if section.startswith("manifest ") and "." in section:
        return section.split(".")[0]
    return next((base for base, told in BASES.items() if section in told), None)


def compare(dbt, dsql, control=None, ignore=()):
    """Gives {section: {equal, different, volatile, differences}}."""
    sections = {}
    for name in dict.fromkeys([*dbt, *dsql]):
        if any(name.startswith(start) for start in ignore):
            continue
        left, right = dbt.get(name, {}), dsql.get(name, {})
        other = left if control is None else control.get(name, {})
        section = {"equal": 0, "different": 0, "volatile": 0, "differences": []}
        base = base_of(name)
        for key in dict.fromkeys([*left, *right]):
            if base and not (key in dbt.get(base, {}) and key in dsql.get(base, {})):
                continue
            if name in ("messages", "adapter responses", "contents of columns") and not (key in left and key in right):
                continue
            a, b = left.get(key, ABSENT), right.get(key, ABSENT)
            if same(a, b):
                section["equal"] += 1
            elif not same(a, other.get(key, ABSENT)):
                section["volatile"] += 1
            else:
                section["different"] += 1
                section["differences"].append({"key": key, **difference(a, b)})
        sections[name] = section
    return sections


def same(a, b):
    if isinstance(a, dict) and isinstance(b, dict) and "digest" in a:
        return a["digest"] == b.get("digest")
    return a == b and type(a) is type(b)


def difference(a, b):
    """Gives the parts of two values that differ."""
    if isinstance(a, dict) and isinstance(b, dict):
        if "digest" in a:
            a, b = a.get("rows", []), b.get("rows", [])
            return {"dbt": only(a, b), "dsql": only(b, a)}
        keys = [k for k in dict.fromkeys([*a, *b]) if a.get(k, ABSENT) != b.get(k, ABSENT)]
        return {"dbt": {k: a.get(k, ABSENT) for k in keys}, "dsql": {k: b.get(k, ABSENT) for k in keys}}
    if isinstance(a, str) and isinstance(b, str) and min(len(a), len(b)) > 120:
        at = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
        start = max(0, at - 40)
        return {"dbt": f"…{a[start:at + 160]}", "dsql": f"…{b[start:at + 160]}"}
    return {"dbt": a, "dsql": b}


def only(a, b):
    """Gives the first rows of a that b has not, and how many there are."""
    left, rest = dict(), []
    for row in b:
        left[row] = left.get(row, 0) + 1
    for row in a:
        if left.get(row, 0):
            left[row] -= 1
        else:
            rest.append(row)
    return [f"{len(rest)} rows only here", *rest[:3]]


def print_report(results, equal, could_run, limit):
    for result in results:
        seconds = ", ".join(f"{name} {value:.2f} s" for name, value in result["seconds"].items())
        print(f"== {result['step']}  ({seconds})")
        for name, trouble in result["trouble"].items():
            print(f"!! {name} {trouble}")
        quiet = {"equal": 0, "different": 0, "volatile": 0, "differences": []}
        listed = {"manifest, all else": quiet}
        for name, section in result["sections"].items():
            if name.startswith("manifest") and not section["different"]:
                quiet["equal"] += section["equal"]
                quiet["volatile"] += section["volatile"]
            else:
                listed[name] = section
        listed["manifest, all else"] = listed.pop("manifest, all else")
        width = max(map(len, listed))
        for name, section in listed.items():
            if not section["equal"] + section["different"] + section["volatile"]:
                continue
            note = f", {section['volatile']} volatile" if section["volatile"] else ""
            print(f"{name:<{width}}  {section['equal']} equal, {section['different']} different{note}")
            for one in section["differences"][:limit]:
                print(f"    {one['key']}")
                for side in ("dbt", "dsql"):
                    print(f"      {side:<5}{shown(one[side])}")
            if section["different"] > limit:
                print(f"    … and {section['different'] - limit} more")
        print()
    print("equal" if equal else "different", "" if could_run else "(one could not run)")


def shown(value):
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    text = text.replace("\n", "\\n")
    return text if len(text) <= 300 else text[:300] + "…"
