{#
  Runs those hooks that belong inside the node's transaction, or those that belong outside.
  A database that opens a transaction by itself must close it before the first hook outside.
#}
{% macro run_hooks(hooks, inside_transaction=True) %}
  {% for hook in hooks if hook.transaction == inside_transaction %}
    {% if loop.first and not inside_transaction and adapter.has_connection() %}
      {% call statement(auto_begin=false) %}
        commit;
      {% endcall %}
    {% endif %}

    {% set hook_sql = render(hook.get('sql')) | trim %}
    {% if hook_sql %}
      {% call statement(auto_begin=inside_transaction) %}
        {{ hook_sql }}
      {% endcall %}
    {% endif %}
  {% endfor %}
{% endmacro %}
