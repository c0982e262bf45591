{#
  Compares names and types of a query's columns with those of the contract, in any order. The
  database describes both sides, so that two spellings of one type are equal.
#}
{% macro assert_columns_equivalent(sql) %}
  {%- set documented = model['columns'] -%}
  {%- if not documented -%}
    {%- do exceptions.raise_contract_error([], []) -%}
  {%- endif -%}

  {%- set actual = format_columns(
        get_column_schema_from_query(sql, config.get('sql_header', none))) -%}
  {%- set expected = format_columns(
        get_column_schema_from_query(get_empty_schema_sql(documented))) -%}

  {%- if actual | length != expected | length -%}
    {%- do exceptions.raise_contract_error(expected, actual) -%}
  {%- endif -%}

  {%- for column in actual -%}
    {%- set namesakes = expected | selectattr('name', 'equalto', column['name']) | list -%}
    {%- if not namesakes or namesakes[0]['formatted'] != column['formatted'] -%}
      {%- do exceptions.raise_contract_error(expected, actual) -%}
    {%- endif -%}
  {%- endfor -%}
{% endmacro %}
