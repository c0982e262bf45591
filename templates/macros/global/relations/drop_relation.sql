{% macro drop_relation(relation) -%}
  {% do return(adapter.dispatch('drop_relation', 'dbt')(relation)) %}
{% endmacro %}

{% macro default__drop_relation(relation) -%}
  {% call statement('drop_relation', auto_begin=false) -%}
    {{ get_drop_sql(relation) }}
  {%- endcall %}
{% endmacro %}
