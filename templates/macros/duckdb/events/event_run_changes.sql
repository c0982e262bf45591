{# Relations that were written, and rows where the engine says how many. #}
{% macro duckdb__event_run_changes(events) %}
    left join (
      select
        run_id,
        list_sort(list(distinct facts[1]) filter (facts[1] is not null)) as relations_written,
        sum(facts[2]::bigint)::bigint as rows_written
      from (
        select run_id, facts->>['$.relation', '$.answer.adapter_response.rows_affected'] as facts
        from {{ events }}
        where kind = 'node_finished' and status = 'success' and resource_type in ('model', 'seed', 'snapshot')
      )
      group by run_id
    ) as change on change.run_id = run.run_id
{% endmacro %}
