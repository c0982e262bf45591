{# One fixture row as SQL expressions of the columns' types, under lower-case names. #}
{%- macro format_row(row, column_name_to_data_types) -%}
  {%- set formatted = {} -%}
  {%- for given_name, value in row.items() -%}
    {%- set name = given_name | lower -%}

    {%- if name not in column_name_to_data_types -%}
      {%- set fixture = 'expected output' if model.resource_type == 'unit_test'
            else "'" ~ model.name ~ "'" -%}
      {%- do exceptions.raise_compiler_error(
            "Invalid column name: '" ~ name ~ "' in unit test fixture for " ~ fixture ~ ".\n"
            ~ "Accepted columns for " ~ fixture ~ " are: "
            ~ column_name_to_data_types.keys() | list) -%}
    {%- endif -%}

    {%- set data_type = column_name_to_data_types[name] -%}
    {%- if value is string -%}
      {#- A length would cut a text off without a word, and the test would compare the rest. -#}
      {%- if 'varying' in data_type -%}
        {%- set data_type = data_type.split('(')[0] -%}
      {%- endif -%}
      {%- set value = dbt.string_literal(dbt.escape_single_quotes(value)) -%}
    {%- elif value is none -%}
      {%- set value = 'null' -%}
    {%- endif -%}

    {%- do formatted.update({name: safe_cast(value, data_type)}) -%}
  {%- endfor -%}
  {%- do return(formatted) -%}
{%- endmacro -%}
