{#
  The condition on which a row of the batch is newer than that of the table: the first column that
  differs decides, and a time is later than none. Rows that agree in all columns are equally old.
#}
{% macro is_newer(columns, new='DBT_INTERNAL_SOURCE', old='DBT_INTERNAL_DEST') -%}
  {%- set ways = [] -%}
  {%- for column in columns -%}
    {%- set later = '(' ~ new ~ '.' ~ column ~ ' > ' ~ old ~ '.' ~ column
          ~ ' or (' ~ new ~ '.' ~ column ~ ' is not null and ' ~ old ~ '.' ~ column ~ ' is null))' -%}
    {%- if loop.first -%}
      {%- do ways.append(later) -%}
    {%- else -%}
      {%- do ways.append('(' ~ same_key(columns[:loop.index0], new, old) ~ ' and ' ~ later ~ ')') -%}
    {%- endif -%}
  {%- endfor -%}
  {% do return(ways | first if ways | length == 1 else '(' ~ ways | join(' or ') ~ ')') %}
{%- endmacro %}
