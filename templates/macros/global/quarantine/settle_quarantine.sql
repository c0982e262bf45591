{#
  Notes which rows are in quarantine, or discarded, no longer, since the relation has them: it was given
  other rows than a build gives.
#}
{% macro settle_quarantine(relation, quarantine, columns) %}
  {% do return(adapter.dispatch('settle_quarantine', 'dbt')(relation, quarantine, columns)) %}
{% endmacro %}

{% macro default__settle_quarantine(relation, quarantine, columns) %}
  {% call statement() %}
    update {{ quarantine }}
    set dsql_state = 'resolved', dsql_state_at = timestamp '{{ modules.datetime.datetime.utcnow() }}'
    where dsql_row_id in (
      select kept.dsql_row_id
      from {{ relation }} as model_rows
      join {{ quarantine }} as kept on {{ same_quarantined_row(columns, 'model_rows', 'kept') }}
      where kept.dsql_state in ('quarantined', 'discarded')
      group by kept.dsql_row_id, kept.dsql_copies_published
      having count(*) > kept.dsql_copies_published
    )
  {% endcall %}
{% endmacro %}
