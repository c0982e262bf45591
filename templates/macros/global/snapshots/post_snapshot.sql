{# For what an adapter has to do after a snapshot, as dropping the staging table. #}
{% macro post_snapshot(staging_relation) %}
  {% do return(adapter.dispatch('post_snapshot', 'dbt')(staging_relation)) %}
{% endmacro %}

{% macro default__post_snapshot(staging_relation) %}
{% endmacro %}
