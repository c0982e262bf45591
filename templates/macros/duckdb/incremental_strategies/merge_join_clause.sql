{#
  How rows are matched: by columns of the same name, else by the unique key, else not at all. The
  predicates are conditions of the match.
#}
{% macro duckdb__merge_join_clause(unique_key, merge_on_using_columns, incremental_predicates) -%}
  {%- set predicates = incremental_predicates or [] -%}
  {%- set conditions = [] -%}
  {%- if merge_on_using_columns %}
        USING ({{ merge_on_using_columns | join(', ') }})
  {%- elif not unique_key -%}
    {%- do conditions.append('FALSE') -%}
  {%- elif unique_key is sequence and unique_key is not string and unique_key is not mapping -%}
    {%- for key in unique_key -%}
      {%- do conditions.append(
            'DBT_INTERNAL_SOURCE.' ~ key ~ ' = DBT_INTERNAL_DEST.' ~ key) -%}
    {%- endfor -%}
  {%- else -%}
    {%- do conditions.append(
          'DBT_INTERNAL_SOURCE.' ~ unique_key ~ ' = DBT_INTERNAL_DEST.' ~ unique_key) -%}
  {%- endif -%}

  {%- if conditions or predicates %}
        ON ({{ (conditions + predicates) | join(') AND (') }})
  {%- endif -%}
{%- endmacro %}
