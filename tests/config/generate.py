"""Writes `cases.json`: configurations merged by dbt itself. Run by hand in an environment with
dbt-core 1.11 and dbt-duckdb: python tests/config/generate.py"""

import copy
import itertools
import json
import pathlib
import types

import dbt.context.context_config as context_config
from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.adapters.duckdb.impl import DuckDBConfig
from dbt.contracts.graph.model_config import get_config_for
from dbt.node_types import NodeType

HERE = pathlib.Path(__file__).parent
SECTIONS = {"model": "models", "seed": "seeds", "snapshot": "snapshots", "test": "data_tests",
            "source": "sources", "exposure": "exposures", "analysis": "models", "operation": "models"}

context_config.get_config_class_by_name = lambda name: DuckDBConfig


def project(name, section, tree):
    trees = {key: {} for key in context_sections}
    trees[section] = tree
    it = types.SimpleNamespace(project_name=name, credentials=DuckDBCredentials(), **trees)
    it.unrendered = types.SimpleNamespace(project_dict=trees)
    return it


context_sections = ["models", "seeds", "snapshots", "sources", "data_tests", "metrics", "exposures",
                    "semantic_models", "saved_queries", "unit_tests", "functions"]


def merge(case):
    kind = NodeType(case["resource_type"])
    section = SECTIONS[case["resource_type"]]
    root = project("root", section, case.get("root", {}))
    other = project("other", section, case.get("package", {}))
    root.load_dependencies = lambda: {"root": root, "other": other}
    package = "other" if "package" in case else "root"

    def calculate(generator, method="calculate_node_config_dict"):
        return getattr(generator(root), method)(
            copy.deepcopy(case.get("call", {})), case["fqn"], kind, package, False,
            copy.deepcopy(case.get("properties")))

    try:
        if kind in (NodeType.Source, NodeType.Exposure):
            found = calculate(context_config.ContextConfigGenerator, "calculate_node_config")
            case["merged"] = found.finalize_and_validate().to_dict(omit_none=False)
            case["unrendered"] = calculate(context_config.UnrenderedConfigGenerator)
            return
        found = calculate(context_config.ContextConfigGenerator)
        cls = get_config_for(kind)
        # As `update_parsed_node_config_dict` does.
        base = cls.from_dict({}).to_dict(omit_none=True)
        base.update({key.strip(): value for key, value in found.items()})
        case["merged"] = cls.from_dict(base).to_dict(omit_none=False)
    except Exception as error:
        case["error"] = str(error).split("\n")[-1].strip()
        return
    case["unrendered"] = calculate(context_config.UnrenderedConfigGenerator)


def cases():
    model = {"resource_type": "model", "fqn": ["root", "stage", "orders"]}
    other = {"resource_type": "model", "fqn": ["other", "stage", "orders"]}
    # the tree
    yield {**model, "root": {"+materialized": "table", "root": {"stage": {"+materialized": "view", "orders": {"enabled": False}}}}}
    yield {**model, "root": {"materialized": "table", "tags": "a", "root": {"tags": ["b"], "stage": {"+tags": "c", "+ tags": ["d"]}}}}
    yield {**model, "root": {"meta": {"a": 1}, "+meta": {"b": 2}, "root": {"+meta": {"b": 3, "c": {"d": 1}}, "stage": {"+meta": {"c": {"e": 2}}}}}}
    yield {**model, "root": {"stage": {"+materialized": "table"}, "root": {"orders": {"+materialized": "table"}}}}
    yield {**model, "root": {"root": {"stage": None}}}
    yield {**model, "root": {"root": {"stage": "x", "+alias": "y"}}}
    yield {**model, "root": {"+schema": "a", "root": {"+schema": None}}}
    yield {**model, "root": {"+schema": None}, "properties": {"schema": "b"}}
    yield {**model, "root": {"+my_key": 1, "root": {"+my_key": None}, "+other": {"x": 1}}}
    yield {**model, "root": {"vars": {"a": 1}, "+vars": {"b": 1}}}
    yield {**model, "root": {"root": {"stage": {"+schema": "{{ target.name }}"}}}}
    # the order of places
    yield {**model, "root": {"+materialized": "table", "+tags": ["t"]}, "properties": {"materialized": "view", "tags": ["p"]}, "call": {"materialized": "ephemeral", "tags": "c"}}
    yield {**other, "package": {"+materialized": "table", "+tags": "a", "other": {"+meta": {"x": 1}}}, "root": {"other": {"+materialized": "ephemeral", "+tags": "b", "+meta": {"x": 2, "y": 3}}, "+tags": "r"}, "properties": {"tags": "p"}, "call": {"tags": "c", "meta": {"z": 1}}}
    yield {**other, "package": {"+enabled": True}, "root": {"other": {"+enabled": False}}, "call": {"enabled": True}}
    yield {**model, "root": {"+docs": {"show": False}}, "properties": {"docs": {"node_color": "red"}}, "call": {"docs": {"foo": 1}}}
    yield {**model, "root": {"+contract": {"enforced": True}}, "properties": {"contract": {"alias_types": False}}}
    yield {**model, "root": {"+persist_docs": {"relation": True}}, "properties": {"persist_docs": {"columns": True}}}
    yield {**model, "root": {"+quoting": {"schema": True}, "+column_types": {"a": "int"}}, "call": {"quoting": {"identifier": False}, "column_types": {"b": "text"}}}
    yield {**model, "root": {"+packages": "a"}, "call": {"packages": ["b"]}}
    # grants
    yield {**model, "root": {"+grants": {"select": "a"}}, "properties": {"grants": {"+select": ["b", "c"], "insert": "d"}}}
    yield {**model, "root": {"+grants": {"+select": ["a"]}}, "properties": {"grants": {"select": ["b"]}}, "call": {"grants": {"++select": "c"}}}
    # hooks
    yield {**model, "root": {"+pre-hook": "a", "root": {"+pre_hook": ["b", {"sql": "c", "transaction": False}]}}, "properties": {"pre-hook": "d"}, "call": {"pre_hook": "e", "post_hook": ["f"]}}
    yield {**model, "call": {"pre_hook": '{"sql": "select 1", "transaction": false}', "post-hook": [{"sql": "x", "index": 2, "foo": 1}]}}
    yield {**model, "root": {"+post-hook": [], "root": {"+post-hook": ["{{ x }}"]}}}
    # freshness
    yield {**model, "call": {"freshness": {"build_after": {"count": 1, "period": "hour"}}}}
    yield {**model, "call": {"freshness": {"build_after": {"count": "2", "period": "day", "updates_on": "all", "x": 1}}}}
    yield {**model, "call": {"freshness": {"build_after": {"count": 1}}}}
    yield {**model, "call": {"freshness": {"build_after": {"count": 1, "period": "year"}}}}
    source = {"resource_type": "source", "fqn": ["root", "stage", "raw", "orders"]}
    yield {**source, "root": {"+freshness": {"warn_after": {"count": 1, "period": "day"}}, "root": {"stage": {"+freshness": {"error_after": None, "filter": "x"}}}}}
    yield {**source, "root": {"root": {"stage": {"raw": {"+enabled": False, "orders": {"+enabled": True}}}}}}
    yield {**source, "root": {"+tags": ["a"], "root": {"+tags": ["b"]}, "+meta": {"a": 1}}, "properties": {"meta": {"b": 2}}}
    yield {**source, "properties": {"freshness": None}}
    yield {**source, "properties": {"freshness": {"warn_after": {"count": "x", "period": "day"}}}}
    yield {**source, "properties": {"freshness": {"warn_after": {"count": 1, "period": "days"}}}}
    # data tests
    test = {"resource_type": "test", "fqn": ["root", "stage", "unique_orders_id"]}
    for stored, stored_as in itertools.product([None, True, False], [None, "table", "view", "ephemeral", "x"]):
        yield {**test, "root": {"+store_failures": stored}, "call": {"store_failures_as": stored_as}}
    yield {**test, "root": {"+store_failures_as": "view"}, "call": {"store_failures": False}}
    yield {**test, "root": {"+schema": None}, "call": {"limit": "5"}}
    yield {**test, "root": {"+severity": "warn"}, "call": {"severity": "ERROR", "limit": 1.9}}
    yield {**test, "root": {"+warn_if": ">1"}, "properties": {"error_if": ">2", "where": "x", "fail_calc": "sum(x)"}}
    # whatever a key can be given
    values = [None, True, "x", 5, 1.5, [], ["a"], [1], {}, {"a": 1}, "true", ""]
    keys = {
        "model": "enabled alias schema tags meta group static_analysis materialized lookback persist_docs pre-hook "
                 "quoting full_refresh unique_key on_schema_change on_configuration_change grants packages docs contract "
                 "event_time access freshness foo indexes incremental_strategy",
        "test": "severity store_failures store_failures_as where limit fail_calc warn_if materialized",
        "seed": "delimiter quote_columns materialized column_types",
        "snapshot": "strategy check_cols unique_key snapshot_meta_column_names updated_at dbt_valid_to_current",
        "source": "freshness meta enabled loaded_at_field",
        "exposure": "meta enabled",
    }
    for kind, names in keys.items():
        for name, value in itertools.product(names.split(), values):
            yield {"resource_type": kind, "fqn": ["root", "x"], "call": {name: value}}
    for docs in [{"node_color": "#fff"}, {"node_color": "#ffff"}, {"node_color": "Purple"}, {"node_color": "purpel"}, {"show": "x"}]:
        yield {**model, "properties": {"docs": docs}}
    for change in ["ignore", "fail", "append_new_columns", "sync_all_columns"]:
        yield {**model, "call": {"materialized": "incremental", "on_schema_change": change, "contract": {"enforced": True}}}
    for kind in ["seed", "snapshot", "analysis", "operation", "exposure"]:
        yield {"resource_type": kind, "fqn": ["root", "x"], "root": {"+enabled": False, "root": {"+meta": {"a": 1}}}}


written = []
for case in cases():
    merge(case)
    written.append(case)
lines = ",\n".join(json.dumps(case) for case in written)
(HERE / "cases.json").write_text(f"[\n{lines}\n]\n")
