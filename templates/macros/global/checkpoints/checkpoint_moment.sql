{# The newest moment of a column: seconds since 1970, or a timestamp in UTC. #}
{% macro checkpoint_moment(column) %}
  {{- adapter.dispatch('checkpoint_moment', 'dbt')(column) -}}
{% endmacro %}

{% macro default__checkpoint_moment(column) -%}
  max({{ column }})
{%- endmacro %}
