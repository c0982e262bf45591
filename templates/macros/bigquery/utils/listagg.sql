{% macro bigquery__listagg(measure, delimiter_text, order_by_clause, limit_num) -%}
  string_agg({{ measure }}, {{ delimiter_text }} {{ order_by_clause or '' }}{{ ' limit ' ~ limit_num if limit_num }})
{%- endmacro %}
