{# The tables and columns of some schemas, for catalog.json. #}
{% macro get_catalog(information_schema, schemas) -%}
  {% do return(adapter.dispatch('get_catalog', 'dbt')(information_schema, schemas)) %}
{%- endmacro %}

{% macro default__get_catalog(information_schema, schemas) -%}
  {% do exceptions.raise_compiler_error(
       '`get_catalog` is not implemented for adapter ' ~ adapter.type()) %}
{% endmacro %}
