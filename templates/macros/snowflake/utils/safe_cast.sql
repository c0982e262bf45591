{# `try_cast` takes texts alone. #}
{% macro snowflake__safe_cast(field, type) -%}
  {%- set is_text = field | trim | first == "'" -%}
  {{ 'try_cast' if is_text else 'cast' }}({{ field }} as {{ type }})
{%- endmacro %}
