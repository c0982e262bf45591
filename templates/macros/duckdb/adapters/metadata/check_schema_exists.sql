{% macro duckdb__check_schema_exists(information_schema, schema) -%}
  {% set query %}
    select count(*)
    from system.information_schema.schemata
    where lower(schema_name) = '{{ schema | lower }}'
    and lower(catalog_name) = '{{ information_schema.database | lower }}'
  {% endset %}
  {% do return(run_query(query)) %}
{% endmacro %}
