"""dbt-score parses the project and rates its models."""
# requires: dbt-core<1.12 dbt-score

import json
import pathlib
import subprocess
import sys

project, dbt = map(pathlib.Path, sys.argv[1:])
subprocess.run([dbt, "parse", "--quiet"], cwd=project, check=True)
tool = pathlib.Path(sys.executable).with_name("dbt-score")
words = ["lint", "--format", "json", "--manifest", project / "target" / "manifest.json"]
done = subprocess.run([tool, *words], cwd=project, stdout=subprocess.PIPE, text=True)
# 1: the project is rated below the threshold.
assert done.returncode in (0, 1), done.stdout
rated = json.loads(done.stdout)
assert "model.food_delivery.orders" in json.dumps(rated), done.stdout
