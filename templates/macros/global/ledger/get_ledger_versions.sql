{# Returns what is listed of nodes, the first version first; `kept_as` of those whose table is there. #}
{% macro get_ledger_versions(ledger, nodes) %}
  {% do return(adapter.dispatch('get_ledger_versions', 'dbt')(ledger, nodes)) %}
{% endmacro %}

{% macro default__get_ledger_versions(ledger, nodes) %}
  {% set sql %}
    select
      node,
      version,
      published_at,
      run_id,
      batch_start,
      row_count,
      content_checksum,
      inputs,
      case when lower(kept_as) in ({{ get_kept_tables_sql() }}) then kept_as end,
      restores,
      code_checksum
    from {{ ledger.publishes }}
    where node in (
      {%- for node in nodes -%}
        '{{ escape_single_quotes(node) }}'{{ ", " if not loop.last }}
      {%- endfor -%}
    )
    order by node, version
  {% endset %}
  {% do return(run_query(sql)) %}
{% endmacro %}
