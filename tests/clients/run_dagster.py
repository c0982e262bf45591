"""dagster-dbt makes assets of the manifest, builds them and follows the events."""
# requires: dbt-core<1.12 dbt-duckdb dagster-dbt

import json
import pathlib
import subprocess
import sys

from dagster import materialize
from dagster_dbt import DbtCliResource, dbt_assets

project, dbt = map(pathlib.Path, sys.argv[1:])
subprocess.run([dbt, "parse", "--quiet"], cwd=project, check=True)
manifest = project / "target" / "manifest.json"
written = {
    node["name"]
    for node in json.loads(manifest.read_text())["nodes"].values()
    if node["resource_type"] in ("model", "seed", "snapshot")
    and node["config"]["materialized"] != "ephemeral"
}


@dbt_assets(manifest=manifest)
def example(context, dbt: DbtCliResource):
    yield from dbt.cli(["build"], context=context).stream()


resource = DbtCliResource(project_dir=str(project), dbt_executable=str(dbt))
result = materialize([example], resources={"dbt": resource})
assert result.success
materialized = {
    event.asset_key.path[-1] for event in result.get_asset_materialization_events()
}
assert written <= materialized, written - materialized
checked = result.get_asset_check_evaluations()
assert len(checked) > 20, len(checked)
print(f"{len(materialized)} assets, {len(checked)} checks")

# Without Dagster's context: events and artifacts.
invocation = resource.cli(["run", "--select", "orders"])
events = list(invocation.stream_raw_events())
assert invocation.is_successful()
finished = [it for it in events if it.raw_event["info"]["name"] == "LogModelResult"]
assert [it.raw_event["data"]["node_info"]["node_name"] for it in finished] == ["orders"]
assert invocation.get_artifact("run_results.json")["results"][0]["status"] == "success"

# A failure is one to Dagster, too.
(project / "models" / "broken.sql").write_text("select * from nowhere")
failed = resource.cli(["run", "--select", "broken"], raise_on_error=False)
assert not failed.is_successful()
assert "nowhere" in str(failed.get_error()), failed.get_error()
