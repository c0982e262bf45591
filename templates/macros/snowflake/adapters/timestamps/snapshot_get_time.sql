{% macro snowflake__snapshot_get_time() -%}
  to_timestamp_ntz(convert_timezone('UTC', current_timestamp()))
{%- endmacro %}
