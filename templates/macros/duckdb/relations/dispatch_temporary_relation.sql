{#
  Where the rows of an incremental model or snapshot wait, and whether that is a temporary table.
  MotherDuck has none: there it is a table in a schema of its own, made before the transaction.
#}
{% macro duckdb__dispatch_temporary_relation(target_relation, batch_id='') %}
  {% if not adapter.is_motherduck() %}
    {% do return({'relation': make_temp_relation(target_relation), 'temporary': true}) %}
  {% endif %}

  {% set relation = target_relation.incorporate(
       path=adapter.get_temp_relation_path(target_relation, batch_id)) %}
  {% do run_query(create_schema(relation)) %}
  {% if not adapter.disable_transactions() %}
    {% do adapter.commit() %}
  {% endif %}
  {% do return({'relation': relation, 'temporary': false}) %}
{% endmacro %}
