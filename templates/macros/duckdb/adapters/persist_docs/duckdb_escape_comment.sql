{# A comment as a literal that may hold anything but its own mark. #}
{% macro duckdb_escape_comment(comment) -%}
  {%- set mark = '$dbt_comment_literal_block$' -%}
  {%- if comment is not string -%}
    {%- do exceptions.raise_compiler_error('A comment must be a string, found: ' ~ comment) -%}
  {%- elif mark in comment -%}
    {%- do exceptions.raise_compiler_error('A comment cannot hold the text ' ~ mark) -%}
  {%- endif -%}
  {{ mark ~ comment ~ mark }}
{%- endmacro %}
