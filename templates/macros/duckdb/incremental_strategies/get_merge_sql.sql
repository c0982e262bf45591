{#
  The clauses of `merge_clauses`, each of the two lists in place of a default: update every row that
  matches, insert every one that does not.
#}
{% macro duckdb__get_merge_sql(target, source, unique_key, dest_columns, incremental_predicates=none) -%}
  {%- set predicates = normalize_incremental_predicates(incremental_predicates) -%}
  {%- do validate_merge_config(config, target) -%}

  {%- set include = config.get('merge_update_columns') or [] -%}
  {%- set exclude = config.get('merge_exclude_columns') or [] -%}
  {%- set expressions = config.get('merge_update_set_expressions') or {} -%}
  {%- set defaults = merge_clause_defaults(
        config.get('merge_update_condition', none),
        config.get('merge_insert_condition', none),
        include,
        exclude,
        expressions) -%}
  {%- set update = defaults.when_matched_update_explicit if include or exclude or expressions
        else defaults.when_matched_update_by_name -%}

  {%- set configured = config.get('merge_clauses') or {} -%}
  {%- set when_matched = configured.get('when_matched', [update]) -%}
  {%- set when_not_matched = configured.get(
        'when_not_matched', [defaults.when_not_matched_insert_by_name]) -%}

  {%- set header = config.get('sql_header', none) -%}
  {%- set returning = config.get('merge_returning_columns') or [] %}

    {{ header if header is not none }}

    MERGE INTO {{ target }} AS DBT_INTERNAL_DEST
        USING {{ source }} AS DBT_INTERNAL_SOURCE
        {{ duckdb__merge_join_clause(unique_key, config.get('merge_on_using_columns') or [], predicates) }}

    {%- for clause in when_matched %}
    WHEN MATCHED
        {{- _merge_condition(clause) }}
    THEN
        {{ _merge_matched_action(clause, dest_columns) }}
    {%- endfor %}

    {%- for clause in when_not_matched %}
    WHEN NOT MATCHED
        {{ 'BY ' ~ clause.get('by') | upper if clause.get('by') }}
        {{- _merge_condition(clause) }}
    THEN
        {{ _merge_not_matched_action(clause) }}
    {%- endfor %}

    {{ 'RETURNING ' ~ (returning if returning is string else returning | join(', ')) if returning }}
{% endmacro %}
