{# Errors that say the same but for numbers and names, the latest first. #}
{% macro insight_error_groups() %}
select
    last_seen_at,
    occurrences,
    runs,
    code,
    array_to_string(nodes, ', ') as nodes,
    normalised_message as message
from {{ ref('dsql_error_groups') }}
order by last_seen_at desc, occurrences desc, code, message
limit 10
{% endmacro %}
