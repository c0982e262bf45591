{#
  Nodes whose last five runs take longer than the twenty before: the medians differ by a fifth and by three times
  the usual deviation at least.
#}
{% macro insight_regressing_nodes() %}
with node_run as (
    select
        node,
        name,
        started_at,
        handling_seconds,
        row_number() over (partition by node order by started_at desc) as nth_latest
    from {{ ref('dsql_node_runs') }}
    where status in ('success', 'pass', 'warn', 'fail')
),

compared as (
    select
        max_by(name, started_at) as name,
        count(*) as runs,
        median(case when nth_latest between 6 and 25 then handling_seconds end) as before_seconds,
        mad(case when nth_latest between 6 and 25 then handling_seconds end) * 1.4826 as usual_deviation,
        median(case when nth_latest <= 5 then handling_seconds end) as recent_seconds
    from node_run
    group by node
)

select
    name,
    runs,
    round(before_seconds, 3) as before_seconds,
    round(recent_seconds, 3) as recent_seconds,
    round(recent_seconds / nullif(before_seconds, 0), 2) as times
from compared
where
    runs >= 10
    and recent_seconds - before_seconds > greatest(3 * usual_deviation, before_seconds / 5, 0.01)
order by recent_seconds - before_seconds desc, name
limit 10
{% endmacro %}
