{% macro duckdb__get_binding_char() %}
  {% do return(adapter.get_binding_char()) %}
{% endmacro %}
