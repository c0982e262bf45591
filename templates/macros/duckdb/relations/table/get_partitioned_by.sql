{#
  The columns that a DuckLake table is partitioned by, or none. Only the table under its own name is:
  those that go before it are not there to stay.
#}
{% macro duckdb__get_partitioned_by(relation, temporary) -%}
  {%- set configured = config.get('partitioned_by', none) -%}
  {%- if configured is none or configured == '' -%}
    {%- set configured = config.get('partition_by', none) -%}
  {%- endif -%}
  {%- if temporary or configured is none or configured == '' -%}
    {%- do return(none) -%}
  {%- endif -%}

  {%- set columns = normalize_string_or_list(configured, 'partitioned_by/partition_by') -%}
  {%- if not columns -%}
    {%- do exceptions.raise_compiler_error(
          'partitioned_by/partition_by must name at least one column') -%}
  {%- endif -%}

  {%- if this is defined and config.get('materialized') in ['table', 'incremental']
        and relation.identifier and this.identifier
        and relation.identifier != this.identifier -%}
    {%- do return(none) -%}
  {%- endif -%}

  {%- if not adapter.is_ducklake(relation) -%}
    {%- do adapter.warn_once(
          'partitioned_by/partition_by is only supported for DuckLake relations; ignoring for '
          ~ relation) -%}
    {%- do return(none) -%}
  {%- endif -%}
  {%- do return(columns | join(', ')) -%}
{%- endmacro %}
