{# A name of a schema has no database in front. #}
{% macro postgres__create_schema(relation) -%}
  {% call statement('create_schema') -%}
    create schema if not exists {{ relation.without_identifier().include(database=false) }}
  {%- endcall %}
{% endmacro %}
