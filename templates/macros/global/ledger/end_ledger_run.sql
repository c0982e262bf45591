{# Lists what became of the nodes of a run, and how it ended. #}
{% macro end_ledger_run(ledger, run_id, outcome, summary, nodes) %}
  {% do return(adapter.dispatch('end_ledger_run', 'dbt')(ledger, run_id, outcome, summary, nodes)) %}
{% endmacro %}

{% macro default__end_ledger_run(ledger, run_id, outcome, summary, nodes) %}
  {% set run_id = escape_single_quotes(run_id) %}
  {% call statement() %}
    delete from {{ ledger.node_runs }} where run_id = '{{ run_id }}'
  {% endcall %}
  {% if nodes %}
    {% call statement() %}
      insert into {{ ledger.node_runs }}
      values
      {% for node in nodes %}
        (
          '{{ run_id }}',
          '{{ escape_single_quotes(node.unique_id) }}',
          '{{ node.status }}',
          '{{ escape_single_quotes(node.message) }}',
          {{ node.seconds }},
          {{ "null" if node.failures is none else node.failures }}
        ){{ "," if not loop.last }}
      {% endfor %}
    {% endcall %}
  {% endif %}
  {% call statement() %}
    update {{ ledger.runs }}
    set
      ended_at = timestamp '{{ modules.datetime.datetime.utcnow() }}',
      outcome = '{{ outcome }}',
      summary = '{{ escape_single_quotes(summary) }}'
    where run_id = '{{ run_id }}'
  {% endcall %}
{% endmacro %}
