{# Removes what a run that died may have left, then runs the hooks before the transaction. #}
{% macro materialized_view_setup(backup_relation, intermediate_relation, pre_hooks) %}
  {% for relation in [backup_relation, intermediate_relation] %}
    {% do drop_relation_if_exists(load_cached_relation(relation)) %}
  {% endfor %}
  {% do run_hooks(pre_hooks, inside_transaction=false) %}
{% endmacro %}
