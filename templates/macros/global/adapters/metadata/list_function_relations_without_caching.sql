{% macro list_function_relations_without_caching(schema_relation) %}
  {% do return(adapter.dispatch('list_function_relations_without_caching', 'dbt')(
       schema_relation)) %}
{% endmacro %}

{% macro default__list_function_relations_without_caching(schema_relation) %}
  {% do exceptions.raise_not_implemented(
       '`list_function_relations_without_caching` is not implemented for adapter '
       ~ adapter.type()) %}
{% endmacro %}
