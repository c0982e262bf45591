{# Says what a run has looked at. #}
{% macro record_metadata_state(state, run, schema_version, digest) %}
  {% do return(adapter.dispatch('record_metadata_state', 'dbt')(state, run, schema_version, digest)) %}
{% endmacro %}

{% macro default__record_metadata_state(state, run, schema_version, digest) %}
  {% call statement() %}
    delete from {{ state }} where {{ of_metadata_run(run) }}
  {% endcall %}
  {% call statement() %}
    insert into {{ state }} values (
      '{{ escape_single_quotes(run.project) }}',
      '{{ escape_single_quotes(run.target) }}',
      {{ schema_version }},
      '{{ digest }}',
      '{{ escape_single_quotes(run.run_id) }}',
      cast('{{ run.at }}' as timestamp)
    )
  {% endcall %}
{% endmacro %}
