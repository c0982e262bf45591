{# The columns of both lists whose type is another one, with the first list's type. #}
{% macro diff_column_data_types(source_columns, target_columns) %}
  {% do return(adapter.dispatch('diff_column_data_types', 'dbt')(
       source_columns, target_columns)) %}
{% endmacro %}

{# A text that only needs to be longer is left to the column expansion. #}
{% macro default__diff_column_data_types(source_columns, target_columns) %}
  {% set changes = [] %}
  {% for source in source_columns %}
    {% set target = target_columns | selectattr('name', 'equalto', source.name) | list | first %}
    {% if target
          and source.expanded_data_type != target.expanded_data_type
          and not source.can_expand_to(other_column=target) %}
      {% do changes.append(
           {'column_name': target.name, 'new_type': source.expanded_data_type}) %}
    {% endif %}
  {% endfor %}
  {% do return(changes) %}
{% endmacro %}
