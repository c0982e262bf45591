{%- macro type_bigint() -%}
  {%- do return(adapter.dispatch('type_bigint', 'dbt')()) -%}
{%- endmacro -%}

{% macro default__type_bigint() %}
  {% do return(api.Column.translate_type('bigint')) %}
{% endmacro %}
