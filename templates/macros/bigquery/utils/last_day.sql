{% macro bigquery__last_day(date, datepart) -%}
  last_day(cast({{ date }} as date), {{ datepart }})
{%- endmacro %}
