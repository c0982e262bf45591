{# Tests that end otherwise though neither they nor what they test has changed. #}
{% macro insight_flaky_tests() %}
select
    name,
    runs,
    failed_runs,
    unexplained_changes,
    round(flakiness, 3) as flakiness,
    last_status
from {{ ref('dsql_tests') }}
where unexplained_changes > 0
order by flakiness desc, name
limit 10
{% endmacro %}
