{# A table with a contract, and its rows: for engines whose `create table … as` takes no constraints. #}
{% macro create_and_fill_table(relation, sql, head='create table') %}
  {{ head }} {{ relation.render() }}
  {{ get_table_columns_and_constraints() }};

  insert into {{ relation.render() }}
  {{ get_select_subquery(sql) }}
{% endmacro %}
