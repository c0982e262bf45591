{% macro spark__snapshot_get_time() -%}
  current_timestamp()
{%- endmacro %}
