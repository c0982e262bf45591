{# When relations changed last, for the freshness of sources without a loaded_at_field. #}
{% macro get_relation_last_modified(information_schema, relations) %}
  {% do return(adapter.dispatch('get_relation_last_modified', 'dbt')(
       information_schema, relations)) %}
{% endmacro %}

{% macro default__get_relation_last_modified(information_schema, relations) %}
  {% do exceptions.raise_not_implemented(
       '`get_relation_last_modified` is not implemented for adapter ' ~ adapter.type()) %}
{% endmacro %}
