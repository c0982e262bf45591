{# MERGE came with version 15. #}
{% macro postgres14__merge_form() -%}
  {% do return('without') %}
{%- endmacro %}
