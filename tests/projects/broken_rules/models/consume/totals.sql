select id -- dsql: allow(unknown-column) it was misspelt once
from {{ ref('int_totals') }} -- dsql: allow(layer-direction)
