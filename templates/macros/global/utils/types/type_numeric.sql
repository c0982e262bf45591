{# With precision and scale: without them most databases would keep no digits behind the point. #}
{%- macro type_numeric() -%}
  {%- do return(adapter.dispatch('type_numeric', 'dbt')()) -%}
{%- endmacro -%}

{% macro default__type_numeric() %}
  {% do return(api.Column.numeric_type('numeric', 28, 6)) %}
{% endmacro %}
