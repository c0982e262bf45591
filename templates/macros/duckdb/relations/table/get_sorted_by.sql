{# The columns that a DuckLake table is kept in the order of, quoted, or none; as for partitions. #}
{% macro duckdb__get_sorted_by(relation, temporary) -%}
  {%- set configured = config.get('sorted_by', none) -%}
  {%- if configured is none -%}
    {%- set configured = config.get('sort_by', none) -%}
  {%- endif -%}
  {%- if temporary or configured is none -%}
    {%- do return(none) -%}
  {%- endif -%}

  {%- set columns = normalize_string_or_list(configured, 'sorted_by/sort_by') -%}
  {%- if not columns -%}
    {%- do exceptions.raise_compiler_error('sorted_by/sort_by must name at least one column') -%}
  {%- endif -%}

  {%- if this is defined and config.get('materialized') in ['table', 'incremental']
        and relation.identifier and this.identifier
        and relation.identifier != this.identifier -%}
    {%- do return(none) -%}
  {%- endif -%}

  {%- if not adapter.is_ducklake(relation) -%}
    {%- do adapter.warn_once(
          'sorted_by/sort_by is only supported for DuckLake relations; ignoring for '
          ~ relation) -%}
    {%- do return(none) -%}
  {%- endif -%}

  {%- set quoted = [] -%}
  {%- for column in columns -%}
    {%- do quoted.append(adapter.quote(column | replace('"', '""'))) -%}
  {%- endfor -%}
  {%- do return(quoted | join(', ')) -%}
{%- endmacro %}
