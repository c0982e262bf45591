{# Columns as the dicts that a contract's error message shows. #}
{% macro format_columns(columns) %}
  {% set formatted = [] %}
  {% for column in columns %}
    {% do formatted.append(adapter.dispatch('format_column', 'dbt')(column)) %}
  {% endfor %}
  {% do return(formatted) %}
{% endmacro %}

{% macro default__format_column(column) -%}
  {% set data_type = column.dtype %}
  {% do return({
       'name': column.name,
       'data_type': data_type,
       'formatted': column.column.lower() ~ ' ' ~ data_type}) %}
{%- endmacro %}
