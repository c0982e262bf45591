{% macro sqlserver__current_timestamp() -%}
  sysutcdatetime()
{%- endmacro %}
