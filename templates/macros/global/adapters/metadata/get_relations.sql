{% macro get_relations() %}
  {% do return(adapter.dispatch('get_relations', 'dbt')()) %}
{% endmacro %}

{% macro default__get_relations() %}
  {% do exceptions.raise_not_implemented(
       '`get_relations` is not implemented for adapter ' ~ adapter.type()) %}
{% endmacro %}
