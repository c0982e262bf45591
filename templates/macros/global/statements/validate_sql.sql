{% macro validate_sql(sql) -%}
  {% do return(adapter.dispatch('validate_sql', 'dbt')(sql)) %}
{%- endmacro %}

{# The plan of a query proves that it is valid, without running it. #}
{% macro default__validate_sql(sql) -%}
  {% call statement('validate_sql') -%}
    explain {{ sql }}
  {%- endcall %}
  {% do return(load_result('validate_sql')) %}
{%- endmacro %}
