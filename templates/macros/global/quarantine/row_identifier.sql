{# What tells the rows of a table apart while a transaction is open. #}
{% macro row_identifier() -%}
  {% do return(adapter.dispatch('row_identifier', 'dbt')()) %}
{%- endmacro %}

{% macro default__row_identifier() -%}
  {% do exceptions.raise_compiler_error(
       'rows are put into quarantine by their identifiers, which ' ~ target.type ~ ' does not have') %}
{%- endmacro %}
