{#
  Makes the table in which rows of a model are in quarantine, or gives it the columns that the model has
  got since. A column whose type has changed is kept as text.
#}
{% macro create_quarantine_table(quarantine, columns, missing, changed) %}
  {% do return(adapter.dispatch('create_quarantine_table', 'dbt')(quarantine, columns, missing, changed)) %}
{% endmacro %}

{% macro default__create_quarantine_table(quarantine, columns, missing, changed) %}
  {% set text = api.Column.translate_type('string') %}
  {% call statement() %}
    create table if not exists {{ quarantine }} (
      {% for column in columns %}
        {{ column.name }} {{ column.type }},
      {% endfor %}
      dsql_row_id {{ text }},
      dsql_state {{ text }},
      dsql_tests {{ text }},
      dsql_reasons {{ text }},
      dsql_run_id {{ text }},
      dsql_batch timestamp,
      dsql_quarantined_at timestamp,
      dsql_state_at timestamp,
      dsql_copies bigint,
      dsql_copies_published bigint,
      dsql_key_published boolean,
      dsql_corrects {{ text }}
    )
  {% endcall %}
  {% for column in missing %}
    {% call statement() %}
      alter table {{ quarantine }} add column {{ column.name }} {{ column.type }}
    {% endcall %}
  {% endfor %}
  {% for column in changed %}
    {% call statement() %}
      alter table {{ quarantine }} alter column {{ column.name }} type {{ text }}
    {% endcall %}
  {% endfor %}
{% endmacro %}
