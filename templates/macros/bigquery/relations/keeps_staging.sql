{% macro bigquery__keeps_staging() -%}
  {% do return(true) %}
{%- endmacro %}
