{# An estimate where there are many rows, in one pass and little memory. #}
{% macro duckdb__checkpoint_distinct(column, is_exact) -%}
  {{ 'count(distinct ' ~ column ~ ')' if is_exact else 'approx_count_distinct(' ~ column ~ ')' }}
{%- endmacro %}
