{# Of attached databases SQLite has the one schema `main`, and MySQL none to create. #}
{% macro duckdb__create_schema(relation) -%}
  {% set attached %}
    select type from duckdb_databases()
    where lower(database_name)='{{ relation.database | lower }}'
    and type != 'duckdb'
  {% endset %}
  {% set rows = run_query(attached) %}
  {% set database_type = rows.columns[0].values()[0] if rows | length else 'duckdb' %}

  {% if database_type == 'sqlite' and relation.schema != 'main' %}
    {% do exceptions.raise_compiler_error(
         "A SQLite database has only the schema 'main', not '" ~ relation.schema ~ "'") %}
  {% endif %}

  {% if database_type not in ['sqlite', 'mysql'] %}
    {% call statement('create_schema') -%}
      create schema if not exists {{ relation.without_identifier() }}
    {%- endcall %}
  {% endif %}
{% endmacro %}
