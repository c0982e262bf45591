{# Creates, replaces, alters or refreshes: whichever is the least that the change needs. #}
{% materialization materialized_view, default %}
  {% set existing_relation = load_cached_relation(this) %}
  {% set target_relation = this.incorporate(type=this.MaterializedView) %}
  {% set intermediate_relation = make_intermediate_relation(target_relation) %}
  {% set backup_type = target_relation.MaterializedView if existing_relation is none
       else existing_relation.type %}
  {% set backup_relation = make_backup_relation(target_relation, backup_type) %}

  {% do materialized_view_setup(backup_relation, intermediate_relation, pre_hooks) %}

  {% set build_sql = materialized_view_get_build_sql(
       existing_relation, target_relation, backup_relation, intermediate_relation) %}
  {% if build_sql == '' %}
    {% do materialized_view_execute_no_op(target_relation) %}
  {% else %}
    {% do materialized_view_execute_build_sql(
         build_sql, existing_relation, target_relation, post_hooks) %}
  {% endif %}

  {% do materialized_view_teardown(backup_relation, intermediate_relation, post_hooks) %}

  {% do return({'relations': [target_relation]}) %}
{% endmaterialization %}
