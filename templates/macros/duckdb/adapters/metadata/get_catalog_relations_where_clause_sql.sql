{# A relation without an identifier stands for its whole schema. #}
{% macro duckdb__get_catalog_relations_where_clause_sql(relations) -%}
    {%- set conditions = [] -%}
    {%- for relation in relations -%}
      {%- if not relation.schema -%}
        {%- do exceptions.raise_compiler_error(
              'A relation without a schema is in no catalog: ' ~ relation) -%}
      {%- endif -%}
      {%- set condition = "upper(table_schema) = upper('" ~ relation.schema ~ "')" -%}
      {%- if relation.identifier -%}
        {%- set condition = condition
              ~ " and upper(table_name) = upper('" ~ relation.identifier ~ "')" -%}
      {%- endif -%}
      {%- do conditions.append('(' ~ condition ~ ')') -%}
    {%- endfor -%}
    where {{ '(' ~ conditions | join(' or ') ~ ')' if conditions else '1 = 0' }}
{%- endmacro %}
