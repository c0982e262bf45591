{#
  Commits rows that stand beside what they are to take the place of, if many of them are still to be looked at by
  data tests: engines read what is not committed slowly. Nobody reads it by its name until it is renamed, in the
  transaction that the tests stand before. Not if hooks of the node are in the transaction already.
#}
{% macro commit_staging(relation) %}
  {% do return(adapter.dispatch('commit_staging', 'dbt')(relation)) %}
{% endmacro %}

{% macro default__commit_staging(relation) %}
{% endmacro %}
