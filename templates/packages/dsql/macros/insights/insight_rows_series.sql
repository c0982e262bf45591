{# How many rows nodes had at checkpoints. #}
{% macro insight_rows_series() %}
select name, measured_at, rows as value
from {{ source('dsql', 'event').incorporate(path={"identifier": "checkpoint"}) }}
where is_accepted
order by name, measured_at
{% endmacro %}
