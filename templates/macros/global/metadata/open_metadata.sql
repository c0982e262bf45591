{# Begins what the rows of a file say and the table does not say yet. #}
{% macro open_metadata(table, columns, path, run) %}
  {% do return(adapter.dispatch('open_metadata', 'dbt')(table, columns, path, run)) %}
{% endmacro %}

{% macro default__open_metadata(table, columns, path, run) %}
  {% call statement() %}
    insert into {{ table }}
    select
      '{{ escape_single_quotes(run.project) }}',
      '{{ escape_single_quotes(run.target) }}',
      {% for column, type in columns %}
      {{ adapter.quote(column) }},
      {% endfor %}
      digest,
      cast('{{ run.at }}' as timestamp),
      cast(null as timestamp),
      true,
      '{{ escape_single_quotes(run.run_id) }}',
      cast(null as varchar)
    from {{ get_metadata_rows_sql(path, columns) }}
    where digest not in (select digest from {{ table }} where is_current and {{ of_metadata_run(run) }})
  {% endcall %}
{% endmacro %}
