{% macro spark__type_string() -%}
  {% do return('string') %}
{%- endmacro %}
