{# For versions that have no `any_value`. #}
{% macro postgres__any_value(expression) -%}
  min({{ expression }})
{%- endmacro %}
