with recursive node_run as (
    select
        node_run_id,
        run_id,
        node,
        name,
        status,
        started_at,
        ended_at,
        handling_seconds,
        wait_seconds,
        waited_for
    from {{ ref('dsql_node_runs') }}
    -- Hooks wait for all nodes, and for none in particular.
    where started_at is not null and ended_at is not null and resource_type != 'operation'
),

need as (
    select run_id, node, unnest(from_json(waited_for, '["varchar"]')) as needed
    from node_run
    where waited_for is not null
),

-- Of what a node waited for, what ended last. As it is read twice, it is not worked out again for each step of a path.
latest as (
    select need.run_id, need.node, arg_max(need.needed, needed.ended_at) as needed
    from need
    inner join node_run as needed
        on need.run_id = needed.run_id and need.needed = needed.node
    group by need.run_id, need.node
),

last_node as (
    select run_id, arg_max(node, ended_at) as node
    from node_run
    group by run_id
),

path as (
    select run_id, node, 0 as steps_to_end
    from last_node
    union all
    select path.run_id, latest.needed as node, path.steps_to_end + 1 as steps_to_end
    from path
    inner join latest on path.run_id = latest.run_id and path.node = latest.node
)

select
    node_run.node_run_id,
    path.run_id,
    row_number() over (partition by path.run_id order by path.steps_to_end desc) as step,
    path.node,
    node_run.name,
    node_run.status,
    node_run.started_at,
    node_run.ended_at,
    node_run.handling_seconds,
    node_run.wait_seconds,
    latest.needed as waited_for_last
from path
inner join node_run on path.run_id = node_run.run_id and path.node = node_run.node
left join latest on path.run_id = latest.run_id and path.node = latest.node
