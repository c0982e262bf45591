{#
  In one statement. The global way, over a column filled by an update, cannot be committed together
  with the alterations before and after it: DuckDB takes them for those of another transaction.
#}
{% macro duckdb__alter_column_type(relation, column_name, new_column_type) -%}
  {% if adapter.is_ducklake(relation) %}
    {# DuckLake changes a type only to a wider one. #}
    {% do return(default__alter_column_type(relation, column_name, new_column_type)) %}
  {% endif %}

  {% call statement('alter_column_type') %}
    alter table {{ relation.render() }} alter column {{ adapter.quote(column_name) }} type {{ new_column_type }}
  {% endcall %}
{% endmacro %}
