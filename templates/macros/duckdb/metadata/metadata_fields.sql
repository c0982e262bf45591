{# The JSON of a row is read once for all columns. #}
{% macro duckdb__metadata_fields(rows, columns) %}
  {%- set texts = columns | rejectattr(1, 'equalto', 'json') | map(attribute=0) | list -%}
  {%- set values = columns | selectattr(1, 'equalto', 'json') | map(attribute=0) | list %}
    (
      select
        *
        {%- for column, type in columns %},
        {%- if type == 'json' %}
        json_values[{{ values.index(column) + 1 }}] as {{ adapter.quote(column) }}
        {%- else %}
        text_values[{{ texts.index(column) + 1 }}]{{ "::" ~ type if type != "varchar" }} as {{ adapter.quote(column) }}
        {%- endif %}
        {%- endfor %}
      from (
        select
          *,
          fields->>['$.{{ texts | join("', '$.") }}'] as text_values
          {%- if values %},
          fields->['$.{{ values | join("', '$.") }}'] as json_values
          {%- endif %}
        from {{ rows }}
      )
    )
{%- endmacro %}
