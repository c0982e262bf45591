{% macro list_schemas(database) -%}
  {% do return(adapter.dispatch('list_schemas', 'dbt')(database)) %}
{% endmacro %}

{% macro default__list_schemas(database) -%}
  {% set query %}
    select distinct schema_name
    from {{ information_schema_name(database) }}.SCHEMATA
    where catalog_name ilike '{{ database }}'
  {% endset %}
  {% do return(run_query(query)) %}
{% endmacro %}
