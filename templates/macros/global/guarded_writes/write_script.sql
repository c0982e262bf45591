{# The statements of one write as a text that takes effect whole or not at all. #}
{% macro write_script(statements) -%}
  {% do return(adapter.dispatch('write_script', 'dbt')(statements)) %}
{%- endmacro %}

{# The node's transaction is open. #}
{% macro default__write_script(statements) -%}
  {%- if statements | length > 1 and not runs_scripts() -%}
    {%- do exceptions.raise_compiler_error(
          '`incremental_strategy` `' ~ config.get('incremental_strategy') ~ '` needs several statements here, which '
          ~ adapter.type() ~ ' cannot run as one transaction') -%}
  {%- endif -%}
  {% do return(statements | map('trim') | join(';\n\n')) %}
{%- endmacro %}
