{# Tables are of Delta unless `file_format` says `iceberg`. #}
{% macro spark__create_table_as(temporary, relation, sql) -%}
  {{ config.get('sql_header', none) or '' }}
  {% if temporary %}
  create or replace temporary view {{ relation.render() }} as
  {% else %}
  create or replace table {{ relation.render() }}
  using {{ config.get('file_format') or 'delta' }}
  {{ 'partitioned by (' ~ _column_list(config.get('partition_by')) | join(', ') ~ ')' if config.get('partition_by') }}
  {{ "location '" ~ config.get('location_root') ~ '/' ~ relation.identifier ~ "'" if config.get('location_root') }}
  as
  {% endif %}
    {{ sql }}
{%- endmacro %}
