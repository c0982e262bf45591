{% macro get_create_table_as_sql(temporary, relation, sql) -%}
  {% do return(adapter.dispatch('get_create_table_as_sql', 'dbt')(temporary, relation, sql)) %}
{%- endmacro %}

{% macro default__get_create_table_as_sql(temporary, relation, sql) -%}
  {% do return(create_table_as(temporary, relation, sql)) %}
{%- endmacro %}
