{% macro snowflake__snapshot_string_as_time(timestamp) -%}
  {%- do return("to_timestamp_ntz('" ~ timestamp ~ "')") -%}
{%- endmacro %}
