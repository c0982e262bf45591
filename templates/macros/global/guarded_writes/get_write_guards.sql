{#
  What guards the writes of the incremental model at hand: none where its configuration asks for
  nothing beyond dbt's, or where the project has a strategy macro of its own.
#}
{% macro get_write_guards() %}
  {% do return(adapter.dispatch('get_write_guards', 'dbt')()) %}
{% endmacro %}

{% macro default__get_write_guards() %}
  {% set strategy = config.get('incremental_strategy') or 'default' %}
  {% set built_in = adapter.is_built_in_macro('get_incremental_' ~ strategy | replace('+', '_') ~ '_sql') %}
  {% if strategy == 'microbatch' or not built_in %}
    {% do return(none) %}
  {% endif %}

  {% set key = _column_list(config.get('unique_key')) %}
  {% set updated_at = _column_list(config.get('updated_at')) %}
  {% set absent = config.get('when_not_matched_by_source') or 'ignore' %}
  {% set deduplicate = config.get('deduplicate') %}
  {% set batch_id = config.get('batch_id_column') %}
  {% set partition_by = _column_list(config.get('partition_by')) if strategy == 'insert_overwrite' else [] %}

  {% if not (updated_at or deduplicate or batch_id or partition_by
             or absent != 'ignore' or strategy == 'scd2') %}
    {% do return(none) %}
  {% endif %}

  {# Behind the time of change, what else tells which of two rows of a batch is the later one. #}
  {% set order = [] + updated_at %}
  {% if deduplicate is not boolean %}
    {% for column in _column_list(deduplicate) if column not in order %}
      {% do order.append(column) %}
    {% endfor %}
  {% endif %}

  {% set meta_names = config.get('snapshot_meta_column_names') or {} %}
  {% do return({
       'strategy': strategy,
       'key': key,
       'updated_at': updated_at,
       'order': order,
       'deduplicates': key != [] and deduplicate is not false and (order != [] or deduplicate is true),
       'absent': absent,
       'soft_delete': config.get('soft_delete_column') or 'dbt_is_deleted' if absent == 'soft_delete' and strategy != 'scd2' else none,
       'batch_id': batch_id,
       'partition_by': partition_by,
       'valid_from': meta_names.get('dbt_valid_from') or 'dbt_valid_from',
       'valid_to': meta_names.get('dbt_valid_to') or 'dbt_valid_to'}) %}
{% endmacro %}

{# One column, a list of them, or a mapping with `field`, as a list. #}
{% macro _column_list(columns) %}
  {% if columns is mapping %}
    {% set columns = columns.get('field') %}
  {% endif %}
  {% if not columns or columns is boolean %}
    {% do return([]) %}
  {% elif columns is string %}
    {% do return([columns]) %}
  {% endif %}
  {% do return(columns | list) %}
{% endmacro %}
