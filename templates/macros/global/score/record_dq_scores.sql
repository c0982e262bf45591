{# Adds scores of a run, in place of those that it has of the same subjects. #}
{% macro record_dq_scores(table, run_id, scored_at, scores) %}
  {% do return(adapter.dispatch('record_dq_scores', 'dbt')(table, run_id, scored_at, scores)) %}
{% endmacro %}

{% macro default__record_dq_scores(table, run_id, scored_at, scores) %}
  {% call statement() %}
    delete from {{ table }} where run_id = '{{ escape_single_quotes(run_id) }}'
  {% endcall %}
  {% for scores in scores | batch(500) %}
  {% call statement() %}
    insert into {{ table }} values
    {% for score in scores %}
    (
      '{{ escape_single_quotes(run_id) }}',
      timestamp '{{ scored_at }}',
      {% for value in score %}
      {%- if value is none %}null{% elif value is string %}'{{ escape_single_quotes(value) }}'{% else %}{{ value }}{% endif %}{{ ", " if not loop.last }}
      {%- endfor %}
    ){{ "," if not loop.last }}
    {% endfor %}
  {% endcall %}
  {% endfor %}
{% endmacro %}
