{# Adds the events of a run that the table does not have yet, from lists of their values as text. #}
{% macro deliver_entries(events, columns, run_id, entries) %}
  {% do return(adapter.dispatch('deliver_entries', 'dbt')(events, columns, run_id, entries)) %}
{% endmacro %}

{% macro default__deliver_entries(events, columns, run_id, entries) %}
  {% set rows %}
    (
      {% for entry in entries %}
      select
        {% for column, type in columns %}
        cast({{ "null" if entry[loop.index0] is none else "'" ~ escape_single_quotes(entry[loop.index0]) ~ "'" }} as {{ type }}) as {{ column }}{{ "," if not loop.last }}
        {% endfor %}
      {{ "union all" if not loop.last }}
      {% endfor %}
    ) as entries
  {% endset %}
  {% call statement() %}
    insert into {{ events }}
    {{ get_undelivered_sql(events, columns, run_id, rows, true) }}
  {% endcall %}
{% endmacro %}
