{% macro postgres__snapshot_get_time() -%}
  now()::timestamp without time zone
{%- endmacro %}
