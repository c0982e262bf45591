{% macro sqlserver__create_schema(relation) -%}
  {% call statement('create_schema') -%}
    if schema_id('{{ relation.schema }}') is null {{ sqlserver__exec('create schema ' ~ adapter.quote(relation.schema)) }}
  {%- endcall %}
{%- endmacro %}
