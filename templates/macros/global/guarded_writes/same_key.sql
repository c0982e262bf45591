{# The condition on which two rows are the same in all of some columns. #}
{% macro same_key(columns, left='DBT_INTERNAL_SOURCE', right='DBT_INTERNAL_DEST') -%}
  {%- set conditions = [] -%}
  {%- for column in columns -%}
    {%- do conditions.append(same_value(left ~ '.' ~ column, right ~ '.' ~ column)) -%}
  {%- endfor -%}
  {% do return(conditions | join(' and ')) %}
{%- endmacro %}
