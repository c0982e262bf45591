{# The statement to run, or an empty text if a changed configuration is to be left alone. #}
{% macro materialized_view_get_build_sql(existing_relation, target_relation, backup_relation, intermediate_relation) %}
  {% if existing_relation is none %}
    {% do return(get_create_materialized_view_as_sql(target_relation, sql)) %}
  {% elif should_full_refresh() or not existing_relation.is_materialized_view %}
    {% do return(get_replace_sql(existing_relation, target_relation, sql)) %}
  {% endif %}

  {% set changes = get_materialized_view_configuration_changes(existing_relation, config) %}
  {% if changes is none %}
    {% do return(refresh_materialized_view(target_relation)) %}
  {% endif %}

  {% set reaction = config.get('on_configuration_change') %}
  {% if reaction == 'apply' %}
    {% do return(get_alter_materialized_view_as_sql(
         target_relation,
         changes,
         sql,
         existing_relation,
         backup_relation,
         intermediate_relation)) %}
  {% elif reaction == 'continue' %}
    {% do exceptions.warn('The configuration of ' ~ target_relation.render()
         ~ ' changed, and `on_configuration_change` is `continue`: nothing is done') %}
    {% do return('') %}
  {% elif reaction == 'fail' %}
    {% do exceptions.raise_fail_fast_error('The configuration of ' ~ target_relation.render()
         ~ ' changed, and `on_configuration_change` is `fail`') %}
  {% else %}
    {% do exceptions.raise_compiler_error(
         '`on_configuration_change` is `apply`, `continue` or `fail`, not `' ~ reaction ~ '`') %}
  {% endif %}
{% endmacro %}
