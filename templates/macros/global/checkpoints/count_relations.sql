{# Counts relations in one statement. A row for each: its place, its rows, what there is of its weighed columns, and nulls up to
   `width` of them. #}
{% macro count_relations(relations, width) %}
  {% do return(adapter.dispatch('count_relations', 'dbt')(relations, width)) %}
{% endmacro %}

{% macro default__count_relations(relations, width) %}
  {% set sql %}
    {%- for it in relations %}
    select {{ loop.index0 }}, count(*)
      {%- if it.weighed %}, {{ checkpoint_weights(it.weighed) }}{% endif %}
      {{- ", null" * (width - it.weighed | length) }}
    from {{ it.relation }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
  {% endset %}
  {% do return(run_query(sql)) %}
{% endmacro %}
