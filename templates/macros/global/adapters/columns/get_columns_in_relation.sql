{% macro get_columns_in_relation(relation) -%}
  {% do return(adapter.dispatch('get_columns_in_relation', 'dbt')(relation)) %}
{% endmacro %}

{% macro default__get_columns_in_relation(relation) -%}
  {% do exceptions.raise_not_implemented(
       '`get_columns_in_relation` is not implemented for adapter ' ~ adapter.type()) %}
{% endmacro %}
