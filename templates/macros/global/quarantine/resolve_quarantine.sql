{#
  Notes which rows are in quarantine no longer. `scope` says what the run has built: `all` rows of the
  relation, those of a `batch`, or `some`: then a row is resolved where it is published as it is, or
  where a row with its key has come since.
#}
{% macro resolve_quarantine(relation, quarantine, columns, scope, entry) %}
  {% do return(adapter.dispatch('resolve_quarantine', 'dbt')(relation, quarantine, columns, scope, entry)) %}
{% endmacro %}

{% macro default__resolve_quarantine(relation, quarantine, columns, scope, entry) %}
  {% set conditions = [] %}
  {% if scope == 'all' %}
    {% do conditions.append('1 = 1') %}
  {% else %}
    {% if scope == 'batch' %}
      {% do conditions.append("dsql_batch = timestamp '" ~ entry.batch ~ "'") %}
    {% endif %}
    {% do conditions.append(published_again(relation, quarantine, columns, ['quarantined'])) %}
    {% if entry.key %}
      {% set superseded %}
        not dsql_key_published
        and exists (
          select 1 from {{ relation }} as model_rows
          where {{ same_key(entry.key, 'model_rows', 'quarantined') }}
        )
      {% endset %}
      {% do conditions.append(superseded) %}
    {% endif %}
  {% endif %}
  {% call statement() %}
    update {{ quarantine }} as quarantined
    set dsql_state = 'resolved', dsql_state_at = timestamp '{{ modules.datetime.datetime.utcnow() }}'
    where dsql_state = 'quarantined'
      and dsql_row_id not in (select dsql_row_id from dsql_quarantine_seen)
      and (({{ conditions | join(') or (') }}))
  {% endcall %}
{% endmacro %}
