{# How many rows one `insert` of a seed holds at most. #}
{% macro get_batch_size() -%}
  {% do return(adapter.dispatch('get_batch_size', 'dbt')()) %}
{%- endmacro %}

{% macro default__get_batch_size() %}
  {% do return(10000) %}
{% endmacro %}
