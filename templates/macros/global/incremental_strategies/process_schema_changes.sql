{#
  Reacts to changed columns; answers the columns of the new rows, or nothing if those of the table
  are to be filled whatever the new rows have.
#}
{% macro process_schema_changes(on_schema_change, source_relation, target_relation) %}
  {% do return(adapter.dispatch('process_schema_changes', 'dbt')(
       on_schema_change, source_relation, target_relation)) %}
{% endmacro %}

{% macro default__process_schema_changes(on_schema_change, source_relation, target_relation) %}
  {% if on_schema_change == 'ignore' %}
    {% do return({}) %}
  {% endif %}

  {% set changes = check_for_schema_changes(source_relation, target_relation) %}
  {% if changes['schema_changed'] and on_schema_change == 'fail' %}
    {% set problem -%}
      The columns of this incremental model and of its table are out of sync.
        Columns that the table lacks: {{ changes['source_not_in_target'] | map(attribute='name') | join(', ') or 'none' }}
        Columns that the model lacks: {{ changes['target_not_in_source'] | map(attribute='name') | join(', ') or 'none' }}
        Columns of another type: {{ changes['new_target_types'] }}
      Run the model with --full-refresh to build the table anew, change the table by hand, or set
      `on_schema_change` to append_new_columns or sync_all_columns.
    {% endset %}
    {% do exceptions.raise_compiler_error(problem) %}
  {% elif changes['schema_changed'] %}
    {% do sync_column_schemas(on_schema_change, target_relation, changes) %}
  {% endif %}
  {% do return(changes['source_columns']) %}
{% endmacro %}
