{# Begins what the lines of a file say and the table does not say yet. #}
{% macro open_metadata(rows, path, run) %}
  {% do return(adapter.dispatch('open_metadata', 'dbt')(rows, path, run)) %}
{% endmacro %}

{% macro default__open_metadata(rows, path, run) %}
  {% set columns = [['kind', 'varchar'], ['worked_out_of', 'varchar'], ['fields', 'json'], ['digest', 'varchar']] %}
  {% call statement() %}
    insert into {{ rows }}
    select
      '{{ escape_single_quotes(run.project) }}',
      '{{ escape_single_quotes(run.target) }}',
      kind,
      worked_out_of,
      fields,
      digest,
      cast('{{ run.at }}' as timestamp),
      cast(null as timestamp),
      true,
      '{{ escape_single_quotes(run.run_id) }}',
      cast(null as varchar)
    from {{ get_metadata_rows_sql(path, columns) }}
    where digest not in (select digest from {{ rows }} where is_current and {{ of_metadata_run(run) }})
  {% endcall %}
{% endmacro %}
