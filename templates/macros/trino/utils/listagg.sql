{% macro trino__listagg(measure, delimiter_text, order_by_clause, limit_num) -%}
  array_join({{ 'slice(' if limit_num }}array_agg({{ measure }} {{ order_by_clause or '' }}){{ ', 1, ' ~ limit_num ~ ')' if limit_num }}, {{ delimiter_text }})
{%- endmacro %}
