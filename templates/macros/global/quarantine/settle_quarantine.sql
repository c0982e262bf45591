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
    where {{ published_again(relation, quarantine, columns, ['quarantined', 'discarded']) }}
  {% endcall %}
{% endmacro %}
