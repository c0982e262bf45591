{# Creates a user-defined function, by the macro that its kind and language name. #}
{% materialization function, default, supported_languages=['sql', 'python', 'javascript'] %}
  {% set existing_relation = load_cached_relation(this) %}
  {% set target_relation = this.incorporate(type=this.Function) %}

  {% do run_hooks(pre_hooks) %}

  {# The name is not known while parsing, which looks for `adapter.dispatch` and a fixed name. #}
  {% set dispatch = adapter.dispatch %}
  {% set macro_name = this.get_function_macro_name(this.get_function_config(model)) %}
  {% set build_sql = dispatch(macro_name, 'dbt')(target_relation) %}
  {% do function_execute_build_sql(build_sql, existing_relation, target_relation) %}

  {% do run_hooks(post_hooks) %}

  {% do return({'relations': [target_relation]}) %}
{% endmaterialization %}
