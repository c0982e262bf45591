{#
  The rows in the quarantine of a model, oldest first: those whose names begin with one of `names`, if there
  are any, that fail one of `tests`, if there are any, in one of `states`. With `whole`, all columns, else what tells rows apart.
#}
{% macro get_quarantined_rows(quarantine, names, tests, states, whole=true, limit=none) %}
  {% do return(adapter.dispatch('get_quarantined_rows', 'dbt')(quarantine, names, tests, states, whole, limit)) %}
{% endmacro %}

{% macro default__get_quarantined_rows(quarantine, names, tests, states, whole, limit) %}
  {% set wanted = [] %}
  {% for name in names %}
    {% do wanted.append("dsql_row_id like '" ~ escape_single_quotes(name) ~ "%'") %}
  {% endfor %}
  {% set failing = [] %}
  {% for test in tests %}
    {% do failing.append("', ' || dsql_tests || ', ' like '%, " ~ escape_single_quotes(test) ~ ", %'") %}
  {% endfor %}
  {% set columns = '*' if whole else 'dsql_row_id, dsql_state, dsql_state_at' %}
  {% do return(run_query(
       'select ' ~ columns ~ ' from ' ~ quarantine
       ~ " where dsql_state in ('" ~ states | join("', '") ~ "')"
       ~ (' and (' ~ wanted | join(' or ') ~ ')' if wanted else '')
       ~ (' and (' ~ failing | join(' or ') ~ ')' if failing else '')
       ~ ' order by dsql_quarantined_at, dsql_row_id'
       ~ ('' if limit is none else ' limit ' ~ limit))) %}
{% endmacro %}

{# The names of rows, as a condition on them. #}
{% macro _quarantined_ids(ids) -%}
  {% do return("dsql_row_id in ('" ~ ids | join("', '") ~ "')") %}
{%- endmacro %}
