{% macro sqlserver__rename_relation(from_relation, to_relation) -%}
  {% call statement('rename_relation') -%}
    exec sp_rename '{{ from_relation.include(database=false).render() }}', '{{ to_relation.identifier }}'
  {%- endcall %}
{%- endmacro %}
