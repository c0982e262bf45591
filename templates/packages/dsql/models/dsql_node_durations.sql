with node_run as (
    select
        node,
        name,
        resource_type,
        started_at,
        handling_seconds,
        wait_seconds,
        row_number() over (partition by node order by started_at desc) as nth_latest
    from {{ ref('dsql_node_runs') }}
    where status in ('success', 'pass', 'warn', 'fail')
)

select
    node,
    max_by(name, started_at) as name,
    max_by(resource_type, started_at) as resource_type,
    count(*) as runs,
    avg(handling_seconds) as mean_seconds,
    median(handling_seconds) as median_seconds,
    quantile_cont(handling_seconds, 0.95) as p95_seconds,
    max(handling_seconds) as max_seconds,
    median(wait_seconds) as median_wait_seconds,
    max(started_at) as last_started_at,
    max(case when nth_latest = 1 then handling_seconds end) as last_seconds,
    max(case when nth_latest = 1 then handling_seconds end) / nullif(median(case when nth_latest > 1 then handling_seconds end), 0) as last_of_median
from node_run
group by node
