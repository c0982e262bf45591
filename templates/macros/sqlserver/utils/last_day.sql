{% macro sqlserver__last_day(date, datepart) -%}
  eomonth({{ date }})
{%- endmacro %}
