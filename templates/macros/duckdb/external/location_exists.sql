{# Whether DuckDB can read the file. #}
{% macro location_exists(location) -%}
  {% do return(adapter.location_exists(location)) %}
{% endmacro %}
