{# How long runs took that ended well, by what was typed. #}
{% macro insight_seconds_series() %}
select typed as name, started_at as measured_at, seconds as value
from {{ ref('dsql_runs') }}
where outcome = 'success' and nodes > 0
order by name, measured_at
{% endmacro %}
