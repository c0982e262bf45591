{% macro duckdb__get_catalog_schemas_where_clause_sql(schemas) -%}
    {%- set conditions = [] -%}
    {%- for schema in schemas -%}
      {%- do conditions.append("upper(table_schema) = upper('" ~ schema ~ "')") -%}
    {%- endfor -%}
    where {{ '(' ~ conditions | join(' or ') ~ ')' if conditions else '1 = 0' }}
{%- endmacro %}
