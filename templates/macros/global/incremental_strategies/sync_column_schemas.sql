{# Brings the table's columns in line with the new rows, as far as `on_schema_change` goes. #}
{% macro sync_column_schemas(on_schema_change, target_relation, schema_changes_dict) %}
  {% do return(adapter.dispatch('sync_column_schemas', 'dbt')(
       on_schema_change, target_relation, schema_changes_dict)) %}
{% endmacro %}

{% macro default__sync_column_schemas(on_schema_change, target_relation, schema_changes_dict) %}
  {% set added = schema_changes_dict['source_not_in_target'] %}
  {% set removed = schema_changes_dict['target_not_in_source'] %}
  {% set retyped = schema_changes_dict['new_target_types'] %}

  {% if on_schema_change == 'append_new_columns' %}
    {% if added %}
      {% do alter_relation_add_remove_columns(target_relation, added, none) %}
    {% endif %}
  {% elif on_schema_change == 'sync_all_columns' %}
    {% if added or removed %}
      {% do alter_relation_add_remove_columns(target_relation, added, removed) %}
    {% endif %}
    {% for change in retyped %}
      {% do alter_column_type(target_relation, change['column_name'], change['new_type']) %}
    {% endfor %}
  {% endif %}

  {% do log('In ' ~ target_relation ~ ': schema change approach: ' ~ on_schema_change
            ~ ', columns added: ' ~ added
            ~ ', columns removed: ' ~ removed
            ~ ', data types changed: ' ~ retyped) %}
{% endmacro %}
