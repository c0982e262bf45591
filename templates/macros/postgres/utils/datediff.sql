{% macro postgres__datediff(first_date, second_date, datepart) -%}
  {%- set years = "(date_part('year', (" ~ second_date ~ ")::date) - date_part('year', (" ~ first_date ~ ")::date))" -%}
  {%- set months = years ~ " * 12 + date_part('month', (" ~ second_date ~ ")::date) - date_part('month', (" ~ first_date ~ ")::date)" -%}
  {%- set days = "((" ~ second_date ~ ")::date - (" ~ first_date ~ ")::date)" -%}
  {%- set seconds = {'hour': 3600, 'minute': 60, 'second': 1} -%}
  {%- set part = datepart | lower -%}
  {%- if part == 'year' -%}
    {{ years }}
  {%- elif part == 'quarter' -%}
    ({{ years }} * 4 + date_part('quarter', ({{ second_date }})::date) - date_part('quarter', ({{ first_date }})::date))
  {%- elif part == 'month' -%}
    ({{ months }})
  {%- elif part == 'week' -%}
    (date_trunc('week', ({{ second_date }})::date)::date - date_trunc('week', ({{ first_date }})::date)::date) / 7
  {%- elif part == 'day' -%}
    {{ days }}
  {%- elif part in seconds -%}
    (extract(epoch from date_trunc('{{ part }}', ({{ second_date }})::timestamp)) - extract(epoch from date_trunc('{{ part }}', ({{ first_date }})::timestamp))) / {{ seconds[part] }}
  {%- elif part in ['millisecond', 'microsecond'] -%}
    (extract(epoch from ({{ second_date }})::timestamp) - extract(epoch from ({{ first_date }})::timestamp)) * {{ 1000 if part == 'millisecond' else 1000000 }}
  {%- else -%}
    {%- do exceptions.raise_compiler_error('`datediff` knows no `' ~ datepart ~ '` on ' ~ adapter.type()) -%}
  {%- endif -%}
{%- endmacro %}
