{% macro make_temp_relation(base_relation, suffix='__dbt_tmp') %}
  {# Batches of one microbatch model run side by side, each with a relation of its own. #}
  {% if model.batch and suffix == '__dbt_tmp' %}
    {% set suffix = suffix ~ '_' ~ model.batch.id %}
  {% endif %}
  {% do return(adapter.dispatch('make_temp_relation', 'dbt')(base_relation, suffix)) %}
{% endmacro %}

{% macro default__make_temp_relation(base_relation, suffix) %}
  {% do return(base_relation.incorporate(
       path={'identifier': base_relation.identifier ~ suffix})) %}
{% endmacro %}
