"""astronomer-cosmos lists the project by `dbt ls` and by the manifest; an operator builds a model."""
# requires: apache-airflow astronomer-cosmos

import os
import pathlib
import subprocess
import sys

project, dbt = map(pathlib.Path, sys.argv[1:])
os.environ["AIRFLOW_HOME"] = str(project.parent / "airflow")
os.environ["AIRFLOW__COSMOS__ENABLE_CACHE"] = "false"
os.environ["AIRFLOW__COSMOS__ENABLE_TELEMETRY"] = "false"

from cosmos.config import ExecutionConfig, ProfileConfig, ProjectConfig, RenderConfig
from cosmos.constants import InvocationMode, LoadMode
from cosmos.dbt.graph import DbtGraph
from cosmos.operators.local import DbtRunLocalOperator

profile = ProfileConfig(
    profile_name="food_delivery",
    target_name="local",
    profiles_yml_filepath=project / "profiles.yml",
)
subprocess.run([dbt, "parse", "--quiet"], cwd=project, check=True)


def listed(method):
    graph = DbtGraph(
        project=ProjectConfig(
            dbt_project_path=project, manifest_path=project / "target" / "manifest.json"
        ),
        render_config=RenderConfig(
            load_method=method,
            dbt_executable_path=dbt,
            dbt_project_path=project,
            invocation_mode=InvocationMode.SUBPROCESS,
            dbt_deps=False,
        ),
        execution_config=ExecutionConfig(dbt_project_path=project, dbt_executable_path=dbt),
        profile_config=profile,
    )
    graph.load(method=method)
    return {
        unique_id: (node.resource_type.value, sorted(node.depends_on))
        for unique_id, node in graph.nodes.items()
    }


by_list, by_manifest = listed(LoadMode.DBT_LS), listed(LoadMode.DBT_MANIFEST)
assert "model.food_delivery.orders" in by_list, list(by_list)
# Cosmos leaves unit tests out of what it reads from a manifest.
different = {
    it
    for it in by_list
    if by_list[it] != by_manifest.get(it) and not it.startswith("unit_test.")
}
assert not different, {it: (by_list[it], by_manifest.get(it)) for it in different}
print(f"{len(by_list)} nodes")

subprocess.run([dbt, "build", "--quiet"], cwd=project, check=True)
operator = DbtRunLocalOperator(
    task_id="run_orders",
    project_dir=str(project),
    profile_config=profile,
    dbt_executable_path=str(dbt),
    invocation_mode=InvocationMode.SUBPROCESS,
    select=["orders"],
    install_deps=False,
    emit_datasets=False,
)
operator.build_and_run_cmd(context={"run_id": "check"}, cmd_flags=operator.add_cmd_flags())
