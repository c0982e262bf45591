{# Whether the relation can hold grants from before this run. #}
{% macro should_revoke(existing_relation, full_refresh_mode=True) %}
  {% if not existing_relation %}
    {% do return(false) %}
  {% elif full_refresh_mode %}
    {% do return(copy_grants()) %}
  {% else %}
    {% do return(true) %}
  {% endif %}
{% endmacro %}
