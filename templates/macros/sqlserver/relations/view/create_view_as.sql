{% macro sqlserver__create_view_as(relation, sql) -%}
  {{ sqlserver__exec('create view ' ~ relation.include(database=false) ~ ' as\n' ~ sql) }}
{%- endmacro %}
