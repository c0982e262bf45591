{%- macro type_string() -%}
  {%- do return(adapter.dispatch('type_string', 'dbt')()) -%}
{%- endmacro -%}

{% macro default__type_string() %}
  {% do return(api.Column.translate_type('string')) %}
{% endmacro %}
