{# In the place of the global one, which knows neither partitions nor an order of rows. #}
{% macro create_table_as(temporary, relation, compiled_code, language='sql', partitioned_by=none, sorted_by=none) -%}
  {% do return(adapter.dispatch('create_table_as', 'dbt')(
       temporary,
       relation,
       compiled_code,
       language,
       partitioned_by=partitioned_by,
       sorted_by=sorted_by)) %}
{%- endmacro %}

{#
  One statement where that is possible. Constraints, partitions and order need an empty table first;
  a temporary table can have none of them.
#}
{% macro duckdb__create_table_as(temporary, relation, compiled_code, language='sql', partitioned_by=none, sorted_by=none) -%}
  {%- if language == 'python' -%}
    {%- do return(py_write_table(
          temporary=temporary,
          relation=relation,
          compiled_code=compiled_code,
          partitioned_by=partitioned_by,
          sorted_by=sorted_by)) -%}
  {%- elif language != 'sql' -%}
    {%- do exceptions.raise_compiler_error(
          "A table is made by 'sql' or 'python', not by '" ~ language ~ "'") -%}
  {%- endif -%}

  {%- set contract = config.get('contract') -%}
  {%- set header = config.get('sql_header', none) %}
    {% if contract.enforced %}
      {{ get_assert_columns_equivalent(compiled_code) }}
    {% endif %}
    {{- header if header is not none }}

    create {{ 'temporary' if temporary }} table
      {{ relation.include(database=(not temporary), schema=(not temporary)) }}
  {% if contract.enforced and not temporary %}
    {{ get_table_columns_and_constraints() }} ;
    {{ duckdb__alter_table_set_partitioned_by(relation, partitioned_by) if partitioned_by }}
    {{ duckdb__alter_table_set_sorted_by(relation, sorted_by) if sorted_by }}
    insert into {{ relation }} {{ get_column_names() }} (
      {{ get_select_subquery(compiled_code) }}
    );
  {% else %}
    {% if partitioned_by or sorted_by %}
    as (
      select * from (
        {{ compiled_code }}
      ) as model_subq
      limit 0
    );
    {{ duckdb__alter_table_set_partitioned_by(relation, partitioned_by) if partitioned_by }}
    {{ duckdb__alter_table_set_sorted_by(relation, sorted_by) if sorted_by }}
    insert into {{ relation }}
      select * from (
        {{ compiled_code }}
      ) as model_subq;
    {% else %}
    as (
      {{ compiled_code }}
    );
    {% endif %}
  {% endif %}
{%- endmacro %}
