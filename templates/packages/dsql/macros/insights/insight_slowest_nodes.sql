{# The nodes in which most of the time goes. #}
{% macro insight_slowest_nodes() %}
select
    name,
    resource_type,
    runs,
    round(median_seconds, 3) as median_seconds,
    round(p95_seconds, 3) as p95_seconds,
    round(mean_seconds * runs / nullif(sum(mean_seconds * runs) over (), 0), 3) as share_of_time
from {{ ref('dsql_node_durations') }}
order by mean_seconds * runs desc, name
limit 10
{% endmacro %}
