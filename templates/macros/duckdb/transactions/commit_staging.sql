{# One thread reads what is not committed, and DuckDB plans as if there were no rows. #}
{% macro duckdb__commit_staging(relation) %}
  {% set within = namespace(hooks=false) %}
  {% for hook in pre_hooks if hook.transaction %}
    {% set within.hooks = true %}
  {% endfor %}
  {% if not within.hooks and not adapter.is_ducklake(relation) %}
    {% do adapter.commit_staging(relation) %}
  {% endif %}
{% endmacro %}
