{# The facts of events are JSON. #}
{% macro duckdb__create_checkpoint_views(events) %}
  {% set own %}
      run_id,
      node,
      name,
      happened_at as measured_at,
      status = 'accepted' as is_accepted
  {%- endset %}
  {% set measured %}
      (facts->>'$.rows')::bigint as rows,
      (facts->>'$.rows_quarantined')::bigint as rows_quarantined
  {%- endset %}
  {% call statement() %}
    create or replace view {{ events.incorporate(path={"identifier": "checkpoint"}) }} as
    select
      {{ own }},
      {{ measured }},
      (facts->>'$.rows_filtered')::bigint as rows_filtered,
      (facts->>'$.rows_measured')::bigint as rows_measured,
      (facts->>'$.bytes')::bigint as bytes,
      (facts->>'$.lag_seconds')::double as lag_seconds,
      seconds,
      facts->>'$.relation' as relation_name
    from {{ events }}
    where kind = 'checkpoint'
  {% endcall %}
  {% call statement() %}
    create or replace view {{ events.incorporate(path={"identifier": "checkpoint_column"}) }} as
    select
      {{ own }},
      of_column->>'$.column' as column_name,
      (facts->>'$.rows_measured')::bigint as rows_measured,
      (of_column->>'$.nulls')::bigint as null_count,
      null_count / nullif(rows_measured, 0) as null_share,
      (of_column->>'$.distinct')::bigint as distinct_count,
      of_column->>'$.min' as min_value,
      of_column->>'$.max' as max_value,
      (of_column->>'$.mean')::double as mean
    from (
      select *, unnest((facts->'$.columns')::json[]) as of_column
      from {{ events }}
      where kind = 'checkpoint'
    )
  {% endcall %}
  {% call statement() %}
    create or replace view {{ events.incorporate(path={"identifier": "checkpoint_input"}) }} as
    select
      {{ own }},
      input->>'$.node' as input,
      (input->>'$.rows')::bigint as rows_in,
      {{ measured }},
      rows_in - rows - rows_quarantined as rows_lost,
      rows / nullif(rows_in, 0) as kept_share
    from (
      select *, unnest((facts->'$.inputs')::json[]) as input
      from {{ events }}
      where kind = 'checkpoint'
    )
  {% endcall %}
{% endmacro %}
