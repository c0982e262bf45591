{#
  Points at another environment's relation: by a copy that shares its storage where the database has
  one, else by a view. What is there already stays, unless it is a full refresh.
#}
{% materialization clone, default %}
  {% if not defer_relation %}
    {% do log('No relation found in state manifest for ' ~ model.unique_id, info=True) %}
    {% do return({'relations': []}) %}
  {% endif %}

  {% set existing_relation = load_cached_relation(this) %}
  {% if existing_relation and not flags.FULL_REFRESH %}
    {% do log('Relation ' ~ existing_relation ~ ' already exists', info=True) %}
    {% do return({'relations': []}) %}
  {% endif %}

  {% set origin = load_cached_relation(defer_relation) %}
  {% set can_clone = can_clone_table() %}

  {% if not (can_clone and origin and origin.type == 'table') %}
    {# As `this` view of its project or package would be built. #}
    {% set own_view = 'materialization_view_' ~ adapter.type() %}
    {% set view_macro = own_view if own_view in context else 'materialization_view_default' %}
    {% do return(context[view_macro]()) %}
  {% endif %}

  {% set target_relation = this.incorporate(type='table') %}
  {% if existing_relation is not none and not existing_relation.is_table %}
    {% do log('Dropping relation ' ~ existing_relation.render()
              ~ ' because it is of type ' ~ existing_relation.type) %}
    {% do drop_relation_if_exists(existing_relation) %}
  {% endif %}

  {% if target_relation.database == defer_relation.database
        and target_relation.schema == defer_relation.schema
        and target_relation.identifier == defer_relation.identifier %}
    {% do log('Nothing to clone: ' ~ target_relation.render() ~ ' is the deferred relation') %}
  {% else %}
    {% call statement('main') %}
      {{ create_or_replace_clone(target_relation, defer_relation) }}
    {% endcall %}
  {% endif %}

  {% set revokes = should_revoke(existing_relation, full_refresh_mode=true) %}
  {% do apply_grants(target_relation, config.get('grants'), should_revoke=revokes) %}
  {% do persist_docs(target_relation, model) %}

  {% do return({'relations': [target_relation]}) %}
{% endmaterialization %}
