{# To try what makes the values of a run shortest takes DuckDB longer than to write them. #}
{% macro duckdb__appended_storage(is_repeated) -%}
  {{ " using compression " ~ ("dictionary" if is_repeated else "uncompressed") }}
{%- endmacro %}
