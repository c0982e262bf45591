{# What has to be true besides the match. #}
{%- macro _merge_condition(clause) -%}
  {%- set condition = clause.get('condition') -%}
  {%- if condition is string and condition %} AND {{ condition }}
  {%- elif condition %} AND ({{ condition | join(') AND (') }})
  {%- endif -%}
{%- endmacro -%}
