{# Begins a phase of a control chart. #}
{% macro record_control_phase(phases, node, metric, phase) %}
  {% do return(adapter.dispatch('record_control_phase', 'dbt')(phases, node, metric, phase)) %}
{% endmacro %}

{% macro default__record_control_phase(phases, node, metric, phase) %}
  {% call statement() %}
    insert into {{ phases }} values (
      '{{ escape_single_quotes(node) }}',
      '{{ escape_single_quotes(metric) }}',
      cast('{{ phase.began_at }}' as timestamp),
      '{{ escape_single_quotes(phase.run_id) }}',
      '{{ escape_single_quotes(phase.decided_by) }}',
      {{ "null" if phase.reason is none else "'" ~ escape_single_quotes(phase.reason) ~ "'" }}
    )
  {% endcall %}
{% endmacro %}
