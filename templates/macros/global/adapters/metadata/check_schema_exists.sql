{# One row with the number of schemas of that name: the schema exists unless it is 0. #}
{% macro check_schema_exists(information_schema, schema) -%}
  {% do return(adapter.dispatch('check_schema_exists', 'dbt')(information_schema, schema)) %}
{% endmacro %}

{% macro default__check_schema_exists(information_schema, schema) -%}
  {% set query %}
    select count(*)
    from {{ information_schema.replace(information_schema_view='SCHEMATA') }}
    where catalog_name='{{ information_schema.database }}'
      and schema_name='{{ schema }}'
  {% endset %}
  {% do return(run_query(query)) %}
{% endmacro %}
