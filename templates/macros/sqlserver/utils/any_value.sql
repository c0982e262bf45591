{% macro sqlserver__any_value(expression) -%}
  max({{ expression }})
{%- endmacro %}
