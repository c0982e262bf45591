with node_run as (
    select * from {{ ref('dsql_node_runs') }}
),

planned as (
    select
        run_id,
        min(happened_at) as planned_at,
        max(cast(facts ->> '$.threads' as integer)) as threads
    from {{ source('dsql', 'event') }}
    where kind = 'nodes_planned'
    group by run_id
),

work as (
    select
        run_id,
        sum(handling_seconds) as handling_seconds,
        sum(wait_seconds) as wait_seconds,
        count(*) filter (status = 'skipped') as skipped_nodes,
        count(*) filter (status = 'warn') as warned_nodes
    from node_run
    group by run_id
),

path as (
    select run_id, sum(handling_seconds) as critical_path_seconds
    from {{ ref('dsql_critical_path') }}
    group by run_id
)

select
    run.run_id,
    run.command,
    run.started_at,
    run.ended_at,
    coalesce(run.outcome, 'unfinished') as outcome,
    run.seconds,
    planned.threads,
    run.nodes,
    run.failed_nodes,
    coalesce(work.skipped_nodes, 0) as skipped_nodes,
    coalesce(work.warned_nodes, 0) as warned_nodes,
    coalesce(work.handling_seconds, 0) as handling_seconds,
    coalesce(work.wait_seconds, 0) as wait_seconds,
    coalesce(path.critical_path_seconds, 0) as critical_path_seconds,
    run.typed,
    run.started_by,
    run.host,
    run.ci_job,
    run.git_commit,
    run.is_dirty
from {{ source('dsql', 'job_run') }} as run
left join planned on run.run_id = planned.run_id
left join work on run.run_id = work.run_id
left join path on run.run_id = path.run_id
