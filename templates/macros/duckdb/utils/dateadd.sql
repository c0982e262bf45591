{#
  Multiplies a unit interval, since DuckDB reads no `interval (<expression>) <unit>`; a quarter is no
  unit of it either.
#}
{% macro duckdb__dateadd(datepart, interval, from_date_or_timestamp) %}

    {% set unit = datepart | lower -%}
    {%- set times = '' -%}
    {%- if unit == 'quarter' -%}
      {%- set times, unit = ' * 3', 'month' -%}
    {%- elif unit == 'week' -%}
      {%- set times, unit = ' * 7', 'day' -%}
    {%- endif -%}
    {%- set count = 'cast(' ~ interval ~ ' as bigint)' -%}
    {%- if times -%}
      {%- set count = '(' ~ count ~ times ~ ')' -%}
    {%- endif -%}

    ({{ from_date_or_timestamp }} + {{ count }} * interval 1 {{ unit }})

{%- endmacro %}
