{# The condition on rows of a run's project and target. #}
{% macro of_metadata_run(run) -%}
  project = '{{ escape_single_quotes(run.project) }}' and target = '{{ escape_single_quotes(run.target) }}'
{%- endmacro %}
