{# Of rows that are events of a run, selects those that the table does not have yet; if some may stand there twice, each once. #}
{% macro get_undelivered_sql(events, columns, run_id, rows, has_twice) %}
  {% do return(adapter.dispatch('get_undelivered_sql', 'dbt')(events, columns, run_id, rows, has_twice)) %}
{% endmacro %}

{% macro default__get_undelivered_sql(events, columns, run_id, rows, has_twice) %}
    select {% for column, type in columns %}{{ column }}{{ ", " if not loop.last }}{% endfor %}
    from (
      select *{% if has_twice %}, row_number() over (partition by sequence order by event_id) as nth{% endif %}
      from {{ rows }}
      where run_id = '{{ escape_single_quotes(run_id) }}'
        and sequence > (
          select coalesce(max(sequence), 0) from {{ events }}
          where run_id = '{{ escape_single_quotes(run_id) }}'
        )
    ) as undelivered
    {% if has_twice %}
    where nth = 1
    {% endif %}
{% endmacro %}
