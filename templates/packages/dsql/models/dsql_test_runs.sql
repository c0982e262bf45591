with node_run as (
    select
        node_run_id,
        run_id,
        node,
        name,
        resource_type,
        status,
        started_at,
        failures,
        checksum,
        attached_node,
        message
    from {{ ref('dsql_node_runs') }}
),

-- What a test looks at may be built in other runs.
built as (
    select
        node,
        started_at,
        max(checksum) as checksum
    from node_run
    where checksum is not null and started_at is not null
    group by node, started_at
),

tested as (
    select *, status in ('fail', 'warn', 'error') as is_failure
    from node_run
    where resource_type in ('test', 'unit_test')
        and started_at is not null
        and status in ('pass', 'fail', 'warn', 'error')
),

with_code as (
    select
        tested.*,
        coalesce(tested.checksum, '') || ':' || coalesce(built.checksum, '') as code
    from tested
    asof left join built
        on tested.attached_node = built.node and tested.started_at >= built.started_at
),

compared as (
    select
        *,
        lag(is_failure) over by_time as was_failure,
        lag(code) over by_time as code_before,
        row_number() over by_time as nth_run
    from with_code
    window by_time as (partition by node order by started_at)
),

spelled as (
    select
        *,
        count(*) filter (not is_failure) over (
            partition by node order by started_at
        ) as spell
    from compared
)

select
    node_run_id,
    run_id,
    node,
    name,
    attached_node,
    nth_run,
    started_at,
    status,
    failures,
    is_failure,
    was_failure is not null and is_failure != was_failure as is_change,
    was_failure is not null and is_failure != was_failure and code = code_before as is_unexplained_change,
    case
        when is_failure
            then count(*) filter (is_failure) over (partition by node, spell order by started_at)
        else 0
    end as consecutive_failures,
    case
        when is_failure
            then min(case when is_failure then started_at end) over (partition by node, spell)
    end as failing_since,
    message
from spelled
