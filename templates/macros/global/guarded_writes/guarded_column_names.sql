{# Names of the columns that the table of the model at hand has beyond those of its query. #}
{% macro guarded_column_names() %}
  {% set guards = get_write_guards() %}
  {% set names = [] %}
  {% if guards and guards.soft_delete %}
    {% do names.append(guards.soft_delete) %}
  {% endif %}
  {% if guards and guards.strategy == 'scd2' %}
    {% do names.extend([guards.valid_from, guards.valid_to]) %}
  {% endif %}
  {% do return(names) %}
{% endmacro %}
