{# Columns of one of the two relations of a write, for a select or for values. #}
{% macro prefixed_columns(columns, of='DBT_INTERNAL_SOURCE') -%}
  {%- set names = [] -%}
  {%- for column in columns -%}
    {%- do names.append(of ~ '.' ~ column.quoted) -%}
  {%- endfor -%}
  {% do return(names | join(', ')) %}
{%- endmacro %}
