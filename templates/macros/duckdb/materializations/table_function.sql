{#
  A table function: a view with parameters, bound only when it is called, so that it need not be made
  again for new columns. `parameters` is a text or a list.
#}
{% materialization table_function, adapter='duckdb' %}
  {% set target_relation = api.Relation.create(
       database=database, schema=schema, identifier=model['alias'], type='view') %}
  {% set parameters = config.get('parameters') or [] %}
  {% if parameters is string or parameters is number %}
    {% set parameters = [parameters] %}
  {% endif %}

  {% do run_hooks(pre_hooks, inside_transaction=false) %}
  {% do begin_node_transaction() %}
  {% do run_hooks(pre_hooks, inside_transaction=true) %}

  {% call statement('main') -%}
    create or replace function {{ target_relation.render() }}(
        {% if parameters %}
          {{ parameters | join(', ') }}
        {% endif %}
      ) as table (
        {{ sql }});
  {%- endcall %}

  {% do run_hooks(post_hooks, inside_transaction=true) %}
  {% do persist_docs(target_relation, model) %}
  {% do commit_node_transaction() %}
  {% do run_hooks(post_hooks, inside_transaction=false) %}

  {% do return({'relations': [target_relation]}) %}
{% endmaterialization %}
