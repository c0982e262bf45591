{# The rows that come in place of those that were corrected, once for each of these that came. #}
{% macro corrected_rows(quarantine, columns) %}
  {% do return(adapter.dispatch('corrected_rows', 'dbt')(quarantine, columns)) %}
{% endmacro %}

{% macro default__corrected_rows(quarantine, columns) %}
  {%- set rows %}
select {{ quarantined_values(columns, 'corrections') }}
from {{ quarantine }} as corrections
join dsql_quarantine_known as known
  on corrections.dsql_corrects = known.dsql_row_id
where corrections.dsql_state = 'correction'
  and known.dsql_decision = 'corrected'
  {% endset -%}
  {% do return(rows) %}
{% endmacro %}

{# The columns of a row in quarantine, in the types of the model. #}
{% macro quarantined_values(columns, alias) -%}
  {%- set values = [] -%}
  {%- for column in columns -%}
    {%- set value = alias ~ '.' ~ column.name -%}
    {%- do values.append(('cast(' ~ value ~ ' as ' ~ column.type ~ ')' if column.as_text else value) ~ ' as ' ~ column.name) -%}
  {%- endfor -%}
  {% do return(values | join(', ')) %}
{%- endmacro %}
