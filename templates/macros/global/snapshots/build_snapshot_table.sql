{# The query of a snapshot's first run: every row is a version that is still valid. #}
{% macro build_snapshot_table(strategy, sql) -%}
  {% do return(adapter.dispatch('build_snapshot_table', 'dbt')(strategy, sql)) %}
{% endmacro %}

{% macro default__build_snapshot_table(strategy, sql) %}
    {% set columns = config.get('snapshot_table_column_names')
         or get_snapshot_table_column_names() %}

    select *,
        {{ strategy.scd_id }} as {{ columns.dbt_scd_id }},
        {{ strategy.updated_at }} as {{ columns.dbt_updated_at }},
        {{ strategy.updated_at }} as {{ columns.dbt_valid_from }},
        {{ get_dbt_valid_to_current(strategy, columns) }}
        {%- if strategy.hard_deletes == 'new_record' -%}
        , 'False' as {{ columns.dbt_is_deleted }}
        {%- endif %}
      from (
        {{ sql }}
    ) sbq

{% endmacro %}
