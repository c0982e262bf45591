select
    error_group,
    max(code) as code,
    max(normalised_message) as normalised_message,
    count(*) as occurrences,
    count(distinct run_id) as runs,
    min(happened_at) as first_seen_at,
    max(happened_at) as last_seen_at,
    max_by(run_id, happened_at) as last_run_id,
    list_sort(list_distinct(list(name) filter (name is not null))) as nodes,
    max_by(message, happened_at) as sample_message
from {{ ref('dsql_errors') }}
group by error_group
