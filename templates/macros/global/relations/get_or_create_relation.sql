{# Answers whether the relation exists, and the relation: as it is, or as it is going to be. #}
{% macro get_or_create_relation(database, schema, identifier, type) -%}
  {% do return(adapter.dispatch('get_or_create_relation', 'dbt')(
       database, schema, identifier, type)) %}
{% endmacro %}

{% macro default__get_or_create_relation(database, schema, identifier, type) %}
  {% set existing = adapter.get_relation(
       database=database, schema=schema, identifier=identifier) %}
  {% if existing %}
    {% do return([true, existing]) %}
  {% endif %}

  {% do return([false, api.Relation.create(
       database=database, schema=schema, identifier=identifier, type=type)]) %}
{% endmacro %}
