{# What makes the last run as long as it is: each node waits for the one before. #}
{% macro insight_critical_path() %}
select
    step,
    name,
    status,
    round(handling_seconds, 3) as handling_seconds,
    round(wait_seconds, 3) as wait_seconds,
    round(handling_seconds / nullif(sum(handling_seconds) over (), 0), 3) as share
from {{ ref('dsql_critical_path') }}
where run_id = (select max_by(run_id, started_at) from {{ ref('dsql_node_runs') }})
order by step
{% endmacro %}
