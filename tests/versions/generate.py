"""Writes what dbt makes of versions and ranges to the standard output, for cases.json. Run it with dbt's Python."""
import itertools, json, random
from dbt_common import semver
from dbt_common.exceptions import VersionsNotCompatibleError
random.seed(7)
bases=["0.9.9","1.0.0","1.0.0-rc1","1.0.0rc2","1.0.0-a.1","1.0.0-a.b","1.0.1","1.1.0-b1","1.1.0","2.0.0","1.0.0+b","1.0.01"]
ms=["","=",">",">=","<","<="]
specs=[m+b for m in ms for b in bases]
cases=[]
available=["0.9.9","1.0.0","1.0.0-rc1","1.0.0rc2","1.0.0-a.1","1.0.1","1.1.0-b1","1.1.0","2.0.0"]
pairs=list(itertools.product(specs,specs)); random.shuffle(pairs)
sets=[[s] for s in specs]+[list(p) for p in pairs[:700]]+[random.sample(specs,3) for _ in range(300)]
for wanted in sets:
    vs=[semver.VersionSpecifier.from_version_string(x) for x in wanted]
    pre=random.random()<.5
    try: r=semver.reduce_versions(*vs)
    except VersionsNotCompatibleError: r=None
    inst=semver.filter_installable(available, pre)
    cases.append([wanted, pre, None if r is None else semver.resolve_to_specific_version(r, inst) or ""])
bad=[]
for t in ["1.0","1","v1.0.0","1.0.0.0","01.0.0","1.01.0","1.0.01","1.0.0-","1.0.0-01","1.0.0+","1.0.0+a..b","1.0.0-a..b","","==1.0.0","=>1.0.0","~1.0.0","1.0.x"," 1.0.0","> 1.0.0","1.0.0--","1.0.0a"]:
    try: semver.VersionSpecifier.from_version_string(t); bad.append([t,True])
    except Exception: bad.append([t,False])
order=semver.filter_installable(available+["1.0.0-10","1.0.0-9","1.0.0-rc10","1.0.0-rc9"],True)
print('{"order": '+json.dumps(order)+',\n"readable": '+json.dumps(bad)+',\n"cases": [\n'+",\n".join(json.dumps(c) for c in cases)+"\n]}")
