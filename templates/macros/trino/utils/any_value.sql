{% macro trino__any_value(expression) -%}
  arbitrary({{ expression }})
{%- endmacro %}
