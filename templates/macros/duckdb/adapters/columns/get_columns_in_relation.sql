{#
  `describe` reads one relation, where the information schema would load the whole catalog of an
  attached database. Its types are whole, precision and scale included.
#}
{% macro duckdb__get_columns_in_relation(relation) -%}
  {% call statement('get_columns_in_relation', fetch_result=true) %}
    select
      column_name,
      column_type as data_type,
      cast(null as bigint) as character_maximum_length,
      cast(null as bigint) as numeric_precision,
      cast(null as bigint) as numeric_scale
    from (describe {{ relation.render() }})
  {% endcall %}
  {% do return(sql_convert_columns_in_relation(
       load_result('get_columns_in_relation').table)) %}
{% endmacro %}
