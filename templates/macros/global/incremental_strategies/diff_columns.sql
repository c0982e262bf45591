{# The columns of the first list whose names the second has not. #}
{% macro diff_columns(source_columns, target_columns) %}
  {% set target_names = target_columns | map(attribute='column') | list %}
  {% do return(source_columns | rejectattr('name', 'in', target_names) | list) %}
{% endmacro %}
