{% macro get_catalog_for_single_relation(relation) %}
  {% do return(adapter.dispatch('get_catalog_for_single_relation', 'dbt')(relation)) %}
{% endmacro %}

{% macro default__get_catalog_for_single_relation(relation) %}
  {% do exceptions.raise_not_implemented(
       '`get_catalog_for_single_relation` is not implemented for adapter ' ~ adapter.type()) %}
{% endmacro %}
