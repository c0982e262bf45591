{# What defines relations commits, so a transaction holds data alone. #}
{% macro snowflake__write_script(statements) -%}
  {% do return(default__write_script(statements) if statements | length < 2 else 'begin;\n\n' ~ default__write_script(statements) ~ ';\n\ncommit') %}
{%- endmacro %}
