{#
  Ends what the lines of a file do not say any more. What was worked out of an object at which a run has not looked, one of those
  in the file `kept`, stays.
#}
{% macro close_metadata(rows, path, run, kept) %}
  {% do return(adapter.dispatch('close_metadata', 'dbt')(rows, path, run, kept)) %}
{% endmacro %}

{% macro default__close_metadata(rows, path, run, kept) %}
  {% call statement() %}
    update {{ rows }}
    set
      valid_to = cast('{{ run.at }}' as timestamp),
      is_current = false,
      closed_by = '{{ escape_single_quotes(run.run_id) }}'
    where is_current
      and {{ of_metadata_run(run) }}
      and digest not in (select digest from {{ get_metadata_rows_sql(path, [['digest', 'varchar']]) }})
      {% if kept %}
      and (
        worked_out_of is null
        or worked_out_of not in (select object_id from {{ get_metadata_rows_sql(kept, [['object_id', 'varchar']]) }})
      )
      {% endif %}
  {% endcall %}
{% endmacro %}
