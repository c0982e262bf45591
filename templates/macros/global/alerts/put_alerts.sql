{# Puts rows, as lists of text, into a table of alerts, in place of those with the same key, which is the first column. #}
{% macro put_alerts(alerts, columns, rows) %}
  {% do return(adapter.dispatch('put_alerts', 'dbt')(alerts, columns, rows)) %}
{% endmacro %}

{% macro default__put_alerts(alerts, columns, rows) %}
  {% call statement() %}
    delete from {{ alerts }}
    where {{ columns[0][0] }} in (
      {%- for row in rows %}'{{ escape_single_quotes(row[0]) }}'{{ ", " if not loop.last }}{% endfor -%}
    )
  {% endcall %}
  {% call statement() %}
    insert into {{ alerts }}
    {% for row in rows %}
    select
      {% for column, type in columns %}
      cast({{ "null" if row[loop.index0] is none else "'" ~ escape_single_quotes(row[loop.index0]) ~ "'" }} as {{ type }}) as {{ column }}{{ "," if not loop.last }}
      {% endfor %}
    {{ "union all" if not loop.last }}
    {% endfor %}
  {% endcall %}
{% endmacro %}
