{# The columns that a guarded model's table has beyond those of its query, as they are selected. #}
{% macro guarded_columns(guards) -%}
  {%- set columns = [] -%}
  {%- if guards.soft_delete -%}
    {%- do columns.append('cast(' ~ truth(false) ~ ' as ' ~ type_boolean() ~ ') as ' ~ guards.soft_delete) -%}
  {%- endif -%}
  {%- if guards.strategy == 'scd2' -%}
    {%- set since = guards.updated_at | first -%}
    {%- do columns.append(since ~ ' as ' ~ guards.valid_from) -%}
    {%- do columns.append('lead(' ~ since ~ ') over (partition by ' ~ guards.key | join(', ')
          ~ ' order by ' ~ since ~ ') as ' ~ guards.valid_to) -%}
  {%- endif -%}
  {% do return(columns) %}
{%- endmacro %}
