{% macro trino__snapshot_get_time() -%}
  cast(current_timestamp as timestamp(6))
{%- endmacro %}
