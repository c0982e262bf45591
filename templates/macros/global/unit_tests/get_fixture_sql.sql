{#
  The rows of a unit test's input as a query. Columns which a row leaves out are null; types come
  from the relation that the input stands for, or from the deferred one while it does not exist.
#}
{% macro get_fixture_sql(rows, column_name_to_data_types) %}
-- Fixture for {{ model.name }}
{% set quoted_names = {} %}

{%- if not column_name_to_data_types -%}
  {%- set column_name_to_data_types = {} -%}
  {%- set typed_relation = defer_relation if defer_relation and not load_relation(this) else this -%}
  {%- for column in adapter.get_columns_in_relation(typed_relation) -%}
    {%- set key = column.name | lower -%}
    {%- do column_name_to_data_types.update({key: column.data_type}) -%}
    {%- do quoted_names.update({key: column.quoted}) -%}
  {%- endfor -%}
{%- endif -%}

{%- if not column_name_to_data_types -%}
  {%- do exceptions.raise_compiler_error(
        "Not able to get columns for unit test '" ~ model.name ~ "' from relation " ~ this
        ~ " because the relation doesn't exist") -%}
{%- endif -%}

{%- set nulls = {} -%}
{%- for name, data_type in column_name_to_data_types.items() -%}
  {%- do nulls.update({name: safe_cast('null', data_type) | trim}) -%}
{%- endfor -%}

{{ validate_fixture_rows(rows, row_number) }}

{%- for row in rows or [{}] -%}
  {%- set values = nulls.copy() -%}
  {%- do values.update(format_row(row, column_name_to_data_types)) -%}
select
  {%- for name, value in values.items() %} {{ value }} as {{ quoted_names.get(name, name) }}
    {{- ',' if not loop.last }}
  {%- endfor %}
  {%- if not loop.last %}
union all
{%  elif not rows %}
    limit 0
  {%- endif -%}
{%- endfor -%}
{% endmacro %}
