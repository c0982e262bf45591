{# A whole view materialization, for adapters whose `create view` replaces a view by itself. #}
{% macro create_or_replace_view() %}
  {% set identifier = model['alias'] %}
  {% set existing_relation = adapter.get_relation(
       database=database, schema=schema, identifier=identifier) %}
  {% set target_relation = api.Relation.create(
       database=database, schema=schema, identifier=identifier, type='view') %}
  {% set replaces_view = existing_relation is not none and existing_relation.is_view %}

  {% do run_hooks(pre_hooks) %}

  {% if existing_relation is not none and existing_relation.is_table %}
    {% do handle_existing_table(should_full_refresh(), existing_relation) %}
  {% endif %}

  {% call statement('main') -%}
    {{ get_create_view_as_sql(target_relation, sql) }}
  {%- endcall %}

  {% set revokes = should_revoke(replaces_view, full_refresh_mode=true) %}
  {% do apply_grants(target_relation, config.get('grants'), should_revoke=revokes) %}

  {% do run_hooks(post_hooks) %}

  {% do return({'relations': [target_relation]}) %}
{% endmacro %}
