{% macro duckdb__get_batch_size() %}
  {% do return(10000) %}
{% endmacro %}
