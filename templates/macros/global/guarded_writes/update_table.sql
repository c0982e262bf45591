{# An UPDATE of a table that is called DBT_INTERNAL_DEST. #}
{% macro update_table(target, assignments, from, condition) -%}
  {% do return(adapter.dispatch('update_table', 'dbt')(target, assignments, from, condition)) %}
{%- endmacro %}

{% macro default__update_table(target, assignments, from, condition) %}
    update {{ target }} as DBT_INTERNAL_DEST
    set {{ assignments | join(',\n        ') }}
    {{- '\n    from ' ~ from if from }}
    where {{ condition }}
{% endmacro %}
