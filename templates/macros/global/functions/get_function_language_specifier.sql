{# SQL is the language of a function that names none. #}
{% macro get_function_language_specifier() %}
  {% do return(adapter.dispatch('get_function_language_specifier', 'dbt')()) %}
{% endmacro %}

{% macro default__get_function_language_specifier() %}
  {% set language = model.get('language') %}
  {% if language == 'javascript' %}
    LANGUAGE js
  {% elif language != 'sql' %}
    LANGUAGE {{ language.upper() }}
  {% endif %}
{% endmacro %}
