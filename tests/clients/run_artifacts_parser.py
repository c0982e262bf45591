"""dbt-artifacts-parser reads every artifact into its typed models."""
# requires: dbt-artifacts-parser

import json
import pathlib
import subprocess
import sys

from dbt_artifacts_parser import parser

project, dbt = map(pathlib.Path, sys.argv[1:])

for words in ("build", "docs generate", "source freshness"):
    subprocess.run([dbt, *words.split(), "--quiet"], cwd=project, check=True)
    if words == "build":
        results = json.loads((project / "target/run_results.json").read_text())


def artifact(name):
    return json.loads((project / "target" / name).read_text())


manifest = parser.parse_manifest(artifact("manifest.json"))
catalog = parser.parse_catalog(artifact("catalog.json"))
sources = parser.parse_sources(artifact("sources.json"))
ran = parser.parse_run_results(results)
assert type(manifest).__name__ == "ManifestV12", type(manifest)
assert len(ran.results) > 100, len(ran.results)
assert "model.food_delivery.orders" in manifest.nodes, list(manifest.nodes)
assert "model.food_delivery.orders" in catalog.nodes, list(catalog.nodes)
assert sources.metadata.dbt_version.startswith("1.11."), sources.metadata
