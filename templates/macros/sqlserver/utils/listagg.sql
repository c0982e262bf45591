{% macro sqlserver__listagg(measure, delimiter_text, order_by_clause, limit_num) -%}
  {%- if limit_num -%}
    {%- do exceptions.raise_compiler_error('`listagg` takes no `limit_num` on sqlserver') -%}
  {%- endif -%}
  string_agg({{ measure }}, {{ delimiter_text }}) {{ 'within group (' ~ order_by_clause ~ ')' if order_by_clause else '' }}
{%- endmacro %}
