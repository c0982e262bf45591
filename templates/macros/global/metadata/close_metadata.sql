{#
  Ends what the rows of a file do not say any more. What was worked out of an object at which a run has not looked, one of those
  in the file `kept`, stays.
#}
{% macro close_metadata(table, columns, path, run, worked_out_of, kept) %}
  {% do return(adapter.dispatch('close_metadata', 'dbt')(table, columns, path, run, worked_out_of, kept)) %}
{% endmacro %}

{% macro default__close_metadata(table, columns, path, run, worked_out_of, kept) %}
  {% call statement() %}
    update {{ table }}
    set
      valid_to = cast('{{ run.at }}' as timestamp),
      is_current = false,
      closed_by = '{{ escape_single_quotes(run.run_id) }}'
    where is_current
      and {{ of_metadata_run(run) }}
      and digest not in (select digest from {{ get_metadata_rows_sql(path, columns) }})
      {% if worked_out_of and kept %}
      and {{ worked_out_of }} not in (select object_id from {{ get_metadata_rows_sql(kept, [['object_id', 'varchar']]) }})
      {% endif %}
  {% endcall %}
{% endmacro %}
