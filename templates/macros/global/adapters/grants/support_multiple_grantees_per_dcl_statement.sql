{# Whether one `grant` or `revoke` can name several grantees. #}
{% macro support_multiple_grantees_per_dcl_statement() %}
  {% do return(adapter.dispatch('support_multiple_grantees_per_dcl_statement', 'dbt')()) %}
{% endmacro %}

{%- macro default__support_multiple_grantees_per_dcl_statement() -%}
  {% do return(true) %}
{%- endmacro -%}
