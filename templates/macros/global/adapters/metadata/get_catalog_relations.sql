{# The same for some relations. #}
{% macro get_catalog_relations(information_schema, relations) -%}
  {% do return(adapter.dispatch('get_catalog_relations', 'dbt')(
       information_schema, relations)) %}
{%- endmacro %}

{% macro default__get_catalog_relations(information_schema, relations) -%}
  {% do exceptions.raise_compiler_error(
       '`get_catalog_relations` is not implemented for adapter ' ~ adapter.type()) %}
{%- endmacro %}
