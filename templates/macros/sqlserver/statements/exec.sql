{# A statement that must be the only one of its batch. #}
{% macro sqlserver__exec(sql) -%}
  {% do return("exec('" ~ sql | replace("'", "''") ~ "')") %}
{%- endmacro %}
