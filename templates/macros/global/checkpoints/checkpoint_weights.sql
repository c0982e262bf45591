{# What there is of each column: of one whose values are all as wide their number, of another their bytes. Null where
   that is not known. #}
{% macro checkpoint_weights(columns) %}
  {{- adapter.dispatch('checkpoint_weights', 'dbt')(columns) -}}
{% endmacro %}

{% macro default__checkpoint_weights(columns) -%}
  {%- for column in columns -%}
    null
    {{- ", " if not loop.last }}
  {%- endfor -%}
{%- endmacro %}
