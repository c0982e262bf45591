{% macro sqlserver__date_trunc(datepart, date) -%}
  datetrunc({{ datepart }}, {{ date }})
{%- endmacro %}
