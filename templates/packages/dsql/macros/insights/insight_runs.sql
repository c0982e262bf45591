{# The last runs: how long nodes worked and waited, and what no number of threads makes shorter. #}
{% macro insight_runs() %}
select
    started_at,
    typed,
    outcome,
    round(seconds, 3) as seconds,
    threads,
    round(handling_seconds, 3) as handling_seconds,
    round(wait_seconds, 3) as wait_seconds,
    round(critical_path_seconds, 3) as critical_path_seconds
from {{ ref('dsql_runs') }}
where nodes > 0
order by started_at desc
limit 10
{% endmacro %}
