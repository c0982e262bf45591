{# Makes the view that shows the rows of a kind with their columns. #}
{% macro create_metadata_view(view, kind, columns, rows) %}
  {% do return(adapter.dispatch('create_metadata_view', 'dbt')(view, kind, columns, rows)) %}
{% endmacro %}

{% macro default__create_metadata_view(view, kind, columns, rows) %}
  {% call statement() %}
    create or replace view {{ view }} as
    select
      project,
      target,
      {%- for column, type in columns %}
      {{ adapter.quote(column) }},
      {%- endfor %}
      digest,
      valid_from,
      valid_to,
      is_current,
      opened_by,
      closed_by
    from {{ metadata_fields(rows, columns) }}
    where kind = '{{ kind }}'
  {% endcall %}
{% endmacro %}
