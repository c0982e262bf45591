{# Measures a relation in one scan. One row: its rows, rows measured, bytes, the newest moment; of each column nulls, distinct
   values, least, greatest and mean; rows of each input. What is not asked for is null. #}
{% macro measure_relation(relation, columns, weighed, lag, sample, inputs) %}
  {% do return(adapter.dispatch('measure_relation', 'dbt')(relation, columns, weighed, lag, sample, inputs)) %}
{% endmacro %}

{% macro default__measure_relation(relation, columns, weighed, lag, sample, inputs) %}
  {% set whole = "(select count(*) from " ~ relation ~ ")" %}
  {% set newest = checkpoint_moment(lag) if lag else "null" %}
  {% set is_exact = columns and run_query("select count(*) from " ~ relation).columns[0][0] <= 100000 %}
  {% set sql %}
    select
      {{ whole if sample else "count(*)" }},
      count(*),
      {{ checkpoint_bytes(weighed) if weighed else "null" }},
      {{ "(select " ~ newest ~ " from " ~ relation ~ ")" if lag and sample else newest }}
      {%- for column in columns %},
      count(*) - count({{ column.name }}),
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
