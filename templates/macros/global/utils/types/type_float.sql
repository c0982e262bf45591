{%- macro type_float() -%}
  {%- do return(adapter.dispatch('type_float', 'dbt')()) -%}
{%- endmacro -%}

{% macro default__type_float() %}
  {% do return(api.Column.translate_type('float')) %}
{% endmacro %}
