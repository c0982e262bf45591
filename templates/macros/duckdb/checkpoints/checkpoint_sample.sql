{# Whole vectors of rows, so that less is read. #}
{% macro duckdb__checkpoint_sample(percent) -%}
  using sample {{ percent }} percent (system)
{%- endmacro %}
