{#
  Whether a relation that replaces another keeps the grants of the one it replaces. It depends on
  database and configuration; true costs at most one query, false could leave a grant in place.
#}
{% macro copy_grants() %}
  {% do return(adapter.dispatch('copy_grants', 'dbt')()) %}
{% endmacro %}

{% macro default__copy_grants() %}
  {% do return(true) %}
{% endmacro %}
