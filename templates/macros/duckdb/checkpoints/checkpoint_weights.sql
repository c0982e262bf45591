{# Of texts their bytes, of what is nested those of its text. #}
{% macro duckdb__checkpoint_weights(columns) -%}
  {%- for column in columns -%}
    {%- if column.has_width -%}
      count({{ column.name }})
    {%- elif column.is_blob -%}
      coalesce(sum(octet_length({{ column.name }})), 0)
    {%- else -%}
      coalesce(sum(strlen({{ column.name }}{{ "" if column.is_text else "::varchar" }})), 0)
    {%- endif -%}
    {{ ", " if not loop.last }}
  {%- endfor -%}
{%- endmacro %}
