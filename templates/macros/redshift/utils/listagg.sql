{% macro redshift__listagg(measure, delimiter_text, order_by_clause, limit_num) -%}
  {%- if limit_num -%}
    {%- do exceptions.raise_compiler_error('`listagg` takes no `limit_num` on redshift') -%}
  {%- endif -%}
  listagg({{ measure }}, {{ delimiter_text }}) {{ 'within group (' ~ order_by_clause ~ ')' if order_by_clause else '' }}
{%- endmacro %}
