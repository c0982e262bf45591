{# Lists the rows that come in place of others: the same with other values in some columns. #}
{% macro correct_quarantined_rows(quarantine, columns, ids, node) %}
  {% do return(adapter.dispatch('correct_quarantined_rows', 'dbt')(quarantine, columns, ids, node)) %}
{% endmacro %}

{% macro default__correct_quarantined_rows(quarantine, columns, ids, node) %}
  {% set names, values = [], [] %}
  {% for column in columns %}
    {% do names.append(column.name) %}
    {% if column.is_set %}
      {% set value = 'null' if column.value is none else "'" ~ escape_single_quotes(column.value) ~ "'" %}
      {% do values.append('cast(' ~ value ~ ' as ' ~ column.type ~ ') as ' ~ column.name) %}
    {% else %}
      {% do values.append('original.' ~ column.name) %}
    {% endif %}
  {% endfor %}
  {% call statement() %}
    delete from {{ quarantine }}
    where dsql_state = 'correction' and dsql_corrects in ('{{ ids | join("', '") }}')
  {% endcall %}
  {% call statement() %}
    insert into {{ quarantine }} (
      {{ names | join(', ') }}, dsql_row_id, dsql_state, dsql_run_id, dsql_batch, dsql_quarantined_at,
      dsql_state_at, dsql_copies, dsql_copies_published, dsql_key_published, dsql_corrects)
    select
      {{ names | join(', ') }}, {{ quarantined_row_id(node, columns, 'corrected') }}, 'correction', dsql_run_id,
      dsql_batch, dsql_quarantined_at, timestamp '{{ modules.datetime.datetime.utcnow() }}', dsql_copies, 0, true,
      dsql_original
    from (
      select
        {{ values | join(', ') }},
        dsql_run_id, dsql_batch, dsql_quarantined_at, dsql_copies, dsql_row_id as dsql_original
      from {{ quarantine }} as original
      where dsql_state <> 'correction' and {{ _quarantined_ids(ids) }}
    ) as corrected
  {% endcall %}
{% endmacro %}
