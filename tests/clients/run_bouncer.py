"""dbt-bouncer checks conventions on the artifacts."""
# requires: dbt-bouncer

import pathlib
import subprocess
import sys

project, dbt = map(pathlib.Path, sys.argv[1:])
for words in ("build", "docs generate"):
    subprocess.run([dbt, *words.split(), "--quiet"], cwd=project, check=True)
(project / "dbt-bouncer.yml").write_text(
    """
dbt_artifacts_dir: target
catalog_checks:
  - name: check_source_columns_are_all_documented
    severity: warn
manifest_checks:
  - name: check_model_names
    model_name_pattern: ^[a-z_0-9]+$
  - name: check_model_has_unique_test
    include: ^models/consume
    severity: warn
run_results_checks:
  - name: check_run_results_max_execution_time
    max_execution_time_seconds: 600
"""
)
tool = pathlib.Path(sys.executable).with_name("dbt-bouncer")
subprocess.run([tool, "run", "--config-file", "dbt-bouncer.yml"], cwd=project, check=True)
