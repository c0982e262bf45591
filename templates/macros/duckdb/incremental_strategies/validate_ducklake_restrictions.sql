{# DuckLake has no RETURNING, and one UPDATE or DELETE in a merge at most. #}
{%- macro validate_ducklake_restrictions(config, target_relation, errors) -%}
  {%- if not target_relation or not adapter.is_ducklake(target_relation) -%}
    {%- do return(none) -%}
  {%- endif -%}

  {%- if config.get('merge_returning_columns') -%}
    {%- do errors.append('merge_returning_columns is not supported by DuckLake') -%}
  {%- endif -%}

  {%- set clauses = config.get('merge_clauses') or {} -%}
  {%- set changing = [] -%}
  {%- for clause in clauses.get('when_matched', []) + clauses.get('when_not_matched', [])
        if clause.get('action') in ['update', 'delete'] -%}
    {%- do changing.append(clause) -%}
  {%- endfor -%}
  {%- if changing | length > 1 -%}
    {%- do errors.append(
          'merge_clauses may have a single UPDATE or DELETE action on DuckLake, found: '
          ~ changing | length) -%}
  {%- endif -%}
{%- endmacro -%}
