{% macro postgres__last_day(date, datepart) -%}
  cast(date_trunc('{{ datepart }}', {{ date }}) + interval '{{ '3 month' if datepart == 'quarter' else '1 ' ~ datepart }}' - interval '1 day' as date)
{%- endmacro %}
