{#
  How failures of a node go along with how long it took and with how many rows there were, its own or those of what it tests: a
  correlation from -1 to 1, of eight runs at least with two failures and two successes.
#}
{% macro insight_failure_causes() %}
with node_run as (
    select * from {{ ref('dsql_node_runs') }}
    where status in ('success', 'pass', 'warn', 'fail', 'error')
),

measured as (
    select run_id, node, max(rows) as rows
    from {{ source('dsql', 'event').incorporate(path={"identifier": "checkpoint"}) }}
    group by run_id, node
),

counted as (
    select
        node_run.node,
        node_run.name,
        node_run.started_at,
        case when node_run.status in ('fail', 'error') then 1.0 else 0.0 end as failed,
        node_run.handling_seconds,
        coalesce(measured.rows, node_run.rows_affected, tested.rows_affected) as rows
    from node_run
    left join measured
        on measured.run_id = node_run.run_id
        and measured.node = coalesce(node_run.attached_node, node_run.node)
    left join node_run as tested
        on tested.run_id = node_run.run_id
        and tested.node = node_run.attached_node
),

correlated as (
    select
        max_by(name, started_at) as name,
        count(*) as runs,
        cast(sum(failed) as bigint) as failures,
        corr(failed, handling_seconds) as with_seconds,
        corr(failed, rows) as with_rows
    from counted
    group by node
    having count(*) >= 8 and sum(failed) >= 2 and count(*) - sum(failed) >= 2
),

-- What does not vary goes along with nothing.
known as (
    select
        name,
        runs,
        failures,
        case when not isnan(with_seconds) then round(with_seconds, 2) end as with_seconds,
        case when not isnan(with_rows) then round(with_rows, 2) end as with_rows
    from correlated
)

select * from known
where coalesce(with_seconds, with_rows) is not null
order by greatest(abs(coalesce(with_rows, 0)), abs(coalesce(with_seconds, 0))) desc, name
limit 10
{% endmacro %}
