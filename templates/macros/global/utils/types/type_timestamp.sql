{# Whether it has a time zone is different from database to database. #}
{%- macro type_timestamp() -%}
  {%- do return(adapter.dispatch('type_timestamp', 'dbt')()) -%}
{%- endmacro -%}

{% macro default__type_timestamp() %}
  {% do return(api.Column.translate_type('timestamp')) %}
{% endmacro %}
