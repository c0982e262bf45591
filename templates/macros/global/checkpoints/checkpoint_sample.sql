{# What follows a relation of which about so many of a hundred rows are looked at. #}
{% macro checkpoint_sample(percent) %}
  {{- adapter.dispatch('checkpoint_sample', 'dbt')(percent) -}}
{% endmacro %}

{% macro default__checkpoint_sample(percent) -%}
  tablesample bernoulli ({{ percent }})
{%- endmacro %}
