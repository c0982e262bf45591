{# Gives rows in quarantine another state. #}
{% macro set_quarantine_state(quarantine, ids, state) %}
  {% do return(adapter.dispatch('set_quarantine_state', 'dbt')(quarantine, ids, state)) %}
{% endmacro %}

{% macro default__set_quarantine_state(quarantine, ids, state) %}
  {% call statement() %}
    update {{ quarantine }}
    set dsql_state = '{{ state }}', dsql_state_at = timestamp '{{ modules.datetime.datetime.utcnow() }}'
    where dsql_state <> 'correction' and {{ _quarantined_ids(ids) }}
  {% endcall %}
{% endmacro %}
