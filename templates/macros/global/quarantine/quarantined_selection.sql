{#
  Rows in quarantine as a query, in the types of the model, with their names; with `copies`, each as often
  as it was put aside. With `corrected`, the rows that come in their place.
#}
{% macro quarantined_selection(quarantine, columns, ids, copies=false, corrected=false) %}
  {% do return(adapter.dispatch('quarantined_selection', 'dbt')(quarantine, columns, ids, copies, corrected)) %}
{% endmacro %}

{% macro default__quarantined_selection(quarantine, columns, ids, copies, corrected) %}
  {%- set rows -%}
  select {{ quarantined_values(columns, 'quarantined') }}, quarantined.dsql_row_id
  from (
    select *
    {%- if copies %}, unnest(generate_series(1, dsql_copies)) as dsql_copy {% endif %}
    from {{ quarantine }}
    {%- if corrected %}
    where dsql_state = 'correction' and dsql_corrects in ('{{ ids | join("', '") }}')
    {%- else %}
    where dsql_state <> 'correction' and {{ _quarantined_ids(ids) }}
    {%- endif %}
  ) as quarantined
  {%- endset -%}
  {% do return(rows) %}
{% endmacro %}
