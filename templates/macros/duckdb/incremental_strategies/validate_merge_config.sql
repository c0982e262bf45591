{# Shows everything that is wrong with the configuration of a merge at once. #}
{% macro validate_merge_config(config, target_relation=none) %}
  {%- set types = {
        'merge_update_condition': 'string',
        'merge_insert_condition': 'string',
        'merge_on_using_columns': 'sequence',
        'merge_update_columns': 'sequence',
        'merge_update_set_expressions': 'mapping',
        'merge_exclude_columns': 'sequence',
        'merge_returning_columns': 'sequence'} -%}
  {%- set errors = [] -%}

  {%- for name, type in types.items() -%}
    {%- if type == 'string' -%}
      {%- do validate_string_field(config.get(name), name, errors) -%}
    {%- elif type == 'sequence' -%}
      {%- do validate_string_list_field(config.get(name), name, errors) -%}
    {%- else -%}
      {%- do validate_dict_field(config.get(name), name, errors) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- do validate_merge_clauses(config, types, errors) -%}

  {#- They are about clauses, so these have to be well-formed first. -#}
  {%- if not errors -%}
    {%- do validate_ducklake_restrictions(config, target_relation, errors) -%}
  {%- endif -%}

  {%- if errors -%}
    {%- do exceptions.raise_compiler_error(
          'MERGE configuration errors:\n' ~ errors | join('\n')) -%}
  {%- endif -%}
{% endmacro %}
