with process_run as (
    select * from {{ source('dsql', 'process_run') }}
),

planned as (
    select run_id, min(happened_at) as planned_at
    from {{ source('dsql', 'event') }}
    where kind = 'nodes_planned'
    group by run_id
),

need as (
    select run_id, node, unnest(from_json(waited_for, '["varchar"]')) as needed
    from process_run
    where waited_for is not null
),

waited as (
    select need.run_id, need.node, max(needed.ended_at) as ready_at
    from need
    inner join process_run as needed
        on need.run_id = needed.run_id and need.needed = needed.node
    group by need.run_id, need.node
),

timed as (
    select
        node_run.*,
        coalesce(waited.ready_at, planned.planned_at) as ready_at
    from process_run as node_run
    left join waited on node_run.run_id = waited.run_id and node_run.node = waited.node
    left join planned on node_run.run_id = planned.run_id
)

select
    run_id || ':' || node as node_run_id,
    run_id,
    node,
    name,
    resource_type,
    coalesce(status, 'unfinished') as status,
    ready_at,
    started_at,
    ended_at,
    case when started_at is not null then coalesce(seconds, 0) else 0 end as handling_seconds,
    case
        when started_at is not null
            then greatest(0, epoch_us(started_at) - epoch_us(ready_at)) / 1000000.0
    end as wait_seconds,
    relation_name,
    rows_affected,
    failures,
    cause,
    checksum,
    attached_node,
    waited_for,
    message
from timed
