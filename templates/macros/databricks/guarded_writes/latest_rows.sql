{% macro databricks__latest_rows(sql, key, order) -%}
  {% do return(default__latest_rows(sql, key, order)) %}
{%- endmacro %}
