{# Measures a relation in one scan. One row: rows measured, all rows if those are only a sample, the newest moment; what there is of
   each weighed column; of each column its values, distinct ones, the least, the greatest and the mean; rows of each input. What is
   not asked for is null. #}
{% macro measure_relation(relation, columns, weighed, lag, sample, inputs) %}
  {% do return(adapter.dispatch('measure_relation', 'dbt')(relation, columns, weighed, lag, sample, inputs)) %}
{% endmacro %}

{% macro default__measure_relation(relation, columns, weighed, lag, sample, inputs) %}
  {% set whole = "(select count(*) from " ~ relation ~ ")" %}
  {% set newest = checkpoint_moment(lag) if lag else "null" %}
  {% set is_exact = columns and run_query("select count(*) from " ~ relation).columns[0][0] <= 100000 %}
  {% set sql %}
    select
      count(*),
      {{ whole if sample else "null" }},
      {{ "(select " ~ newest ~ " from " ~ relation ~ ")" if lag and sample else newest }}
      {%- if weighed %},
      {{ checkpoint_weights(weighed) }}
      {%- endif %}
      {%- for column in columns %},
      count({{ column.name }}),
      {{ checkpoint_distinct(column.name, is_exact) }},
      {{ "min(" ~ column.name ~ ")" if column.shows else "null" }},
      {{ "max(" ~ column.name ~ ")" if column.shows else "null" }},
      {{ checkpoint_mean(column) if column.counts else "null" }}
      {%- endfor %}
      {%- for input in inputs %},
      (select count(*) from {{ input }})
      {%- endfor %}
    from {{ relation }} {{ checkpoint_sample(sample) if sample }}
  {% endset %}
  {% do return(run_query(sql)) %}
{% endmacro %}
