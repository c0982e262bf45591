{% macro array_append(array, new_element) -%}
  {% do return(adapter.dispatch('array_append', 'dbt')(array, new_element)) %}
{%- endmacro %}

{# The element has the type of the array's elements: databases do not agree on converting it. #}
{% macro default__array_append(array, new_element) -%}
    array_append({{ array }}, {{ new_element }})
{%- endmacro %}
