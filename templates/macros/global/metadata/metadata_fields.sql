{# Columns out of the fields of rows, as something to select from that has the rows' own columns, too. #}
{% macro metadata_fields(rows, columns) %}
  {{- adapter.dispatch('metadata_fields', 'dbt')(rows, columns) -}}
{% endmacro %}

{% macro default__metadata_fields(rows, columns) %}
    (
      select
        *
        {%- for column, type in columns %},
        {%- if type == 'json' %}
        fields->'{{ column }}' as {{ adapter.quote(column) }}
        {%- else %}
        cast(fields->>'{{ column }}' as {{ type }}) as {{ adapter.quote(column) }}
        {%- endif %}
        {%- endfor %}
      from {{ rows }}
    )
{%- endmacro %}
