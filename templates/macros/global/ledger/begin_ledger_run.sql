{# Lists a run that begins. #}
{% macro begin_ledger_run(ledger, run_id, run_key) %}
  {% do return(adapter.dispatch('begin_ledger_run', 'dbt')(ledger, run_id, run_key)) %}
{% endmacro %}

{% macro default__begin_ledger_run(ledger, run_id, run_key) %}
  {% call statement() %}
    insert into {{ ledger.runs }} (run_id, run_key, command, started_at)
    values (
      '{{ escape_single_quotes(run_id) }}',
      {{ "null" if run_key is none else "'" ~ escape_single_quotes(run_key) ~ "'" }},
      '{{ flags.WHICH }}',
      timestamp '{{ run_started_at.strftime('%Y-%m-%d %H:%M:%S.%f') }}'
    )
  {% endcall %}
{% endmacro %}
