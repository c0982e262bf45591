{#
  Notes what was decided on rows that a relation holds: those that were discarded, corrected, accepted.
  Copies of a row that were published beside it are left alone.
#}
{% macro note_quarantine_decisions(relation, quarantine, columns) %}
  {% do return(adapter.dispatch('note_quarantine_decisions', 'dbt')(relation, quarantine, columns)) %}
{% endmacro %}

{% macro default__note_quarantine_decisions(relation, quarantine, columns) %}
  {% set row = 'model_rows.' ~ row_identifier() %}
  {% call statement() %}
    create or replace temporary table dsql_quarantine_known as
    select
      dsql_row,
      dsql_row_id,
      case
        when dsql_state = 'discarded' then 'discarded'
        when exists (
          select 1 from {{ quarantine }} as corrections
          where corrections.dsql_state = 'correction' and corrections.dsql_corrects = matching.dsql_row_id
        ) then 'corrected'
        else 'accepted'
      end as dsql_decision
    from (
      select
        {{ row }} as dsql_row,
        decided.dsql_row_id,
        decided.dsql_state,
        decided.dsql_copies_published,
        row_number() over (partition by decided.dsql_row_id order by {{ row }}) as dsql_place
      from {{ relation }} as model_rows
      join (
        select * from {{ quarantine }} where dsql_state in ('discarded', 'released')
      ) as decided on {{ same_quarantined_row(columns, 'model_rows', 'decided') }}
    ) as matching
    where dsql_place > dsql_copies_published
  {% endcall %}
  {% call statement() %}
    insert into dsql_quarantine_accepted
    select dsql_row from dsql_quarantine_known where dsql_decision = 'accepted'
  {% endcall %}
{% endmacro %}
