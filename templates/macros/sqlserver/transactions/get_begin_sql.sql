{# An error takes all back, and is raised again. #}
{% macro sqlserver__get_begin_sql() -%}
  {% do return('set xact_abort on;\nbegin try\nbegin transaction;') %}
{%- endmacro %}
