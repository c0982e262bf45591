{# How the columns of the new rows differ from those of the table. #}
{% macro check_for_schema_changes(source_relation, target_relation) %}
  {% do return(adapter.dispatch('check_for_schema_changes', 'dbt')(
       source_relation, target_relation)) %}
{% endmacro %}

{% macro default__check_for_schema_changes(source_relation, target_relation) %}
  {% set source_columns = adapter.get_columns_in_relation(source_relation) %}
  {% set target_columns = adapter.get_columns_in_relation(target_relation) %}
  {% set added = diff_columns(source_columns, target_columns) %}
  {% set removed = diff_columns(target_columns, source_columns) %}
  {% set retyped = diff_column_data_types(source_columns, target_columns) %}
  {% set changed = added != [] or removed != [] or retyped != [] %}

  {% do log('In ' ~ target_relation ~ ': schema changed: ' ~ changed
            ~ ', source columns not in target: ' ~ added
            ~ ', target columns not in source: ' ~ removed
            ~ ', new column types: ' ~ retyped) %}

  {% do return({
       'schema_changed': changed,
       'source_not_in_target': added,
       'target_not_in_source': removed,
       'source_columns': source_columns,
       'target_columns': target_columns,
       'new_target_types': retyped}) %}
{% endmacro %}
