"""sqlfluff reads the compiled SQL of all models."""
# requires: sqlfluff

import json
import pathlib
import subprocess
import sys

project, dbt = map(pathlib.Path, sys.argv[1:])
subprocess.run([dbt, "compile", "--quiet"], cwd=project, check=True)
compiled = project / "target" / "compiled" / "food_delivery" / "models"
tool = pathlib.Path(sys.executable).with_name("sqlfluff")
words = ["parse", "--dialect", "duckdb", "--templater", "raw", "--format", "json"]
done = subprocess.run([tool, *words, compiled], stdout=subprocess.PIPE, text=True)
files = json.loads(done.stdout)
assert len(files) > 10, len(files)
assert "unparsable" not in done.stdout, [it["filepath"] for it in files if "unparsable" in json.dumps(it)]
