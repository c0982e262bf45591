{% macro get_create_view_as_sql(relation, sql) -%}
  {% do return(adapter.dispatch('get_create_view_as_sql', 'dbt')(relation, sql)) %}
{%- endmacro %}

{% macro default__get_create_view_as_sql(relation, sql) -%}
  {% do return(create_view_as(relation, sql)) %}
{%- endmacro %}
