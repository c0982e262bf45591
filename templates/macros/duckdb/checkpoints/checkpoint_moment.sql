{# Days, times with and without a zone become seconds. #}
{% macro duckdb__checkpoint_moment(column) -%}
  epoch(max({{ column }}))
{%- endmacro %}
