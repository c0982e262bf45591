{# Lists what was decided on rows, by whom, why and when; makes the list where there is none. #}
{% macro record_quarantine_decisions(table, ids, decision) %}
  {% do return(adapter.dispatch('record_quarantine_decisions', 'dbt')(table, ids, decision)) %}
{% endmacro %}

{% macro default__record_quarantine_decisions(table, ids, decision) %}
  {% call statement() %}
    create schema if not exists {{ table.without_identifier() }}
  {% endcall %}
  {% call statement() %}
    create table if not exists {{ table }} (
      node varchar,
      row_id varchar,
      decision varchar,
      correction varchar,
      decided_by varchar,
      reason varchar,
      run_id varchar,
      decided_at timestamp
    )
  {% endcall %}
  {% call statement() %}
    insert into {{ table }}
    values
    {% for id in ids %}
      (
        '{{ escape_single_quotes(decision.node) }}',
        '{{ id }}',
        '{{ decision.decision }}',
        {{ "null" if decision.correction is none else "'" ~ escape_single_quotes(decision.correction) ~ "'" }},
        '{{ escape_single_quotes(decision.decided_by) }}',
        {{ "null" if decision.reason is none else "'" ~ escape_single_quotes(decision.reason) ~ "'" }},
        '{{ escape_single_quotes(decision.run_id) }}',
        timestamp '{{ modules.datetime.datetime.utcnow() }}'
      ){{ "," if not loop.last }}
    {% endfor %}
  {% endcall %}
{% endmacro %}
