{# Makes the schema of metadata, and the table that says what was looked at last, where they are not there. #}
{% macro create_metadata_state(state) %}
  {% do return(adapter.dispatch('create_metadata_state', 'dbt')(state)) %}
{% endmacro %}

{% macro default__create_metadata_state(state) %}
  {% do adapter.create_schema(state.without_identifier()) %}
  {% call statement() %}
    create table if not exists {{ state }} (
      project varchar,
      target varchar,
      schema_version integer,
      digest varchar,
      run_id varchar,
      looked_at timestamp
    )
  {% endcall %}
{% endmacro %}
