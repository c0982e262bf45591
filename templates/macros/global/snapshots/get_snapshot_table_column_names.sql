{# The names of the columns that a snapshot adds, unless `snapshot_meta_column_names` changes them. #}
{% macro get_snapshot_table_column_names() %}
  {% set names = {} %}
  {% for name in [
       'dbt_valid_to', 'dbt_valid_from', 'dbt_scd_id', 'dbt_updated_at', 'dbt_is_deleted'] %}
    {% do names.update({name: name}) %}
  {% endfor %}
  {% do return(names) %}
{% endmacro %}
