{# Where rows are lost between what a node reads and what it holds, at its last checkpoint. #}
{% macro insight_drops() %}
select
    name,
    input,
    rows_in,
    rows,
    rows_quarantined,
    rows_lost,
    round(rows_lost / nullif(rows_in, 0), 3) as share
from {{ source('dsql', 'event').incorporate(path={"identifier": "checkpoint_input"}) }}
where rows_lost > 0
qualify row_number() over (partition by node, input order by measured_at desc) = 1
order by rows_lost / nullif(rows_in, 0) desc, name, input
limit 10
{% endmacro %}
