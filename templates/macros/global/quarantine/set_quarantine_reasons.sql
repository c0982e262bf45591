{# Writes down which tests a row in quarantine fails by now. #}
{% macro set_quarantine_reasons(quarantine, id, tests, reasons) %}
  {% do return(adapter.dispatch('set_quarantine_reasons', 'dbt')(quarantine, id, tests, reasons)) %}
{% endmacro %}

{% macro default__set_quarantine_reasons(quarantine, id, tests, reasons) %}
  {% call statement() %}
    update {{ quarantine }}
    set
      dsql_tests = '{{ escape_single_quotes(tests) }}',
      dsql_reasons = '{{ escape_single_quotes(reasons) }}'
    where dsql_state <> 'correction' and dsql_row_id = '{{ id }}'
  {% endcall %}
{% endmacro %}
