{% macro get_updated_at_column_data_type(snapshot_sql) %}
  {% for column in get_column_schema_from_query(snapshot_sql)
       if column.column in ('dbt_updated_at', 'DBT_UPDATED_AT') %}
    {% do return(column.dtype or none) %}
  {% endfor %}
  {% do return(none) %}
{% endmacro %}
