{# Names of the columns that the snapshot at hand has beyond those of its query, in their order. #}
{% macro snapshot_column_names() %}
  {% set columns = config.get('snapshot_table_column_names') or get_snapshot_table_column_names() %}
  {% set names = [columns.dbt_updated_at, columns.dbt_valid_from, columns.dbt_valid_to, columns.dbt_scd_id] %}
  {% if config.get('hard_deletes') == 'new_record' %}
    {% do names.append(columns.dbt_is_deleted) %}
  {% endif %}
  {% do return(names) %}
{% endmacro %}
