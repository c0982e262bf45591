{# The condition on which a new row and an old one are the same. #}
{% macro get_merge_unique_key_match(source_unique_key, target_unique_key) %}
  {% do return(adapter.dispatch('get_merge_unique_key_match', 'dbt')(
       source_unique_key, target_unique_key)) %}
{% endmacro %}

{% macro default__get_merge_unique_key_match(source_unique_key, target_unique_key) -%}
  {% do return(equals(source_unique_key, target_unique_key) | trim) %}
{% endmacro %}
