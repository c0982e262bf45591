with test_run as (
    select * from {{ ref('dsql_test_runs') }}
)

select
    node,
    max_by(name, nth_run) as name,
    max_by(attached_node, nth_run) as attached_node,
    count(*) as runs,
    count(*) filter (is_failure) as failed_runs,
    max_by(status, nth_run) as last_status,
    max_by(failures, nth_run) as last_failures,
    max(started_at) as last_started_at,
    max(case when not is_failure then started_at end) as last_passed_at,
    max(case when is_last then failing_since end) as failing_since,
    max(case when is_last then consecutive_failures end) as consecutive_failures,
    count(*) filter (is_change) as changes,
    count(*) filter (is_unexplained_change) as unexplained_changes,
    coalesce(count(*) filter (is_unexplained_change) / nullif(count(*) - 1, 0), 0) as flakiness
from (
    select *, nth_run = max(nth_run) over (partition by node) as is_last
    from test_run
) as test_run
group by node
