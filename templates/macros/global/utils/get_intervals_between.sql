{# How many times `datepart` passes between two dates, as a number; 1 if it cannot be known yet. #}
{% macro get_intervals_between(start_date, end_date, datepart) -%}
  {% do return(adapter.dispatch('get_intervals_between', 'dbt')(
       start_date, end_date, datepart)) %}
{%- endmacro %}

{% macro default__get_intervals_between(start_date, end_date, datepart) -%}
  {%- call statement('get_intervals_between', fetch_result=true) %}
    select {{ dbt.datediff(start_date, end_date, datepart) }}
  {% endcall -%}

  {%- set result = load_result('get_intervals_between') -%}
  {%- if result and result['data'] -%}
    {%- do return(result['data'][0][0]) -%}
  {%- endif -%}
  {%- do return(1) -%}
{%- endmacro %}
