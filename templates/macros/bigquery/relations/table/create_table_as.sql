{# Rows wait in a table that ends by itself. #}
{% macro bigquery__create_table_as(temporary, relation, sql) -%}
  {{ config.get('sql_header', none) or '' }}
  create or replace table {{ relation.render() }}
  {% if config.get('contract').enforced and not temporary %}
  {{ get_table_columns_and_constraints() }}
  {% set sql = get_select_subquery(sql) %}
  {% endif %}
  {{ bigquery__partition_by(config.get('partition_by')) if not temporary }}
  {{ 'cluster by ' ~ _column_list(config.get('cluster_by')) | join(', ') if config.get('cluster_by') and not temporary }}
  {% if temporary %}
  options (expiration_timestamp = timestamp_add(current_timestamp(), interval 12 hour))
  {% endif %}
  as (
    {{ sql }}
  )
{%- endmacro %}
