{#
  Takes the batches off the list of a relation that were built after a moment: the rows that the relation has
  again do not have them.
#}
{% macro forget_batches(ledger, relation, since) %}
  {% set known = adapter.get_relation(ledger.database, ledger.schema, ledger.identifier) %}
  {% if known is not none %}
    {% do adapter.dispatch('forget_batches', 'dbt')(ledger, relation, since) %}
  {% endif %}
{% endmacro %}

{% macro default__forget_batches(ledger, relation, since) %}
  {% call statement() %}
    delete from {{ ledger }}
    where relation_name = '{{ escape_single_quotes(relation.identifier) }}'
      and finished_at > timestamp '{{ since }}'
  {% endcall %}
{% endmacro %}
