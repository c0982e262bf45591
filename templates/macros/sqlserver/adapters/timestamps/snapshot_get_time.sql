{% macro sqlserver__snapshot_get_time() -%}
  sysutcdatetime()
{%- endmacro %}
