{# What was looked at last, of a project and its target: the version of the schema and a digest; none where there is no table. #}
{% macro get_metadata_state(state, run) %}
  {% do return(adapter.dispatch('get_metadata_state', 'dbt')(state, run)) %}
{% endmacro %}

{% macro default__get_metadata_state(state, run) %}
  {% if adapter.get_relation(state.database, state.schema, state.identifier) is none %}
    {% do return(none) %}
  {% endif %}
  {% do return(run_query(
       'select schema_version, digest from ' ~ state ~ ' where ' ~ of_metadata_run(run))) %}
{% endmacro %}
