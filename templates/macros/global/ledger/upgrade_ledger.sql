{# Gives the tables of an earlier dsql what they lack. #}
{% macro upgrade_ledger(ledger, version) %}
  {% do return(adapter.dispatch('upgrade_ledger', 'dbt')(ledger, version)) %}
{% endmacro %}

{% macro default__upgrade_ledger(ledger, version) %}
  {% for column in ['kept_as varchar', 'restores bigint'] %}
    {% call statement() %}
      alter table {{ ledger.publishes }} add column if not exists {{ column }}
    {% endcall %}
  {% endfor %}
  {% call statement() %}
    update {{ ledger.version }} set version = {{ version }}
  {% endcall %}
{% endmacro %}
