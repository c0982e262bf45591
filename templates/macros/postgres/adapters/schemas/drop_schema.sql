{# A name of a schema has no database in front. #}
{% macro postgres__drop_schema(relation) -%}
  {% call statement('drop_schema') -%}
    drop schema if exists {{ relation.without_identifier().include(database=false) }} cascade
  {%- endcall %}
{% endmacro %}
