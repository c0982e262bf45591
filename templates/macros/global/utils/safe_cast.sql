{# A cast that gives null where it fails, on databases that have one. #}
{% macro safe_cast(field, type) %}
  {% do return(adapter.dispatch('safe_cast', 'dbt')(field, type)) %}
{% endmacro %}

{% macro default__safe_cast(field, type) %}
    {# An ordinary one elsewhere. #}
    cast({{ field }} as {{ type }})
{% endmacro %}
