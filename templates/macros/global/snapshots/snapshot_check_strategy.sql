{# A row has changed if one of the checked columns has, null to value and back included. #}
{% macro snapshot_check_strategy(node, snapshotted_rel, current_rel, model_config, target_exists) %}
  {% set unique_key = config.get('unique_key') %}
  {% set updated_at = config.get('updated_at') or snapshot_get_time() %}
  {% set hard_deletes = adapter.get_hard_deletes_behavior(config) %}
  {% set column_added, check_cols = snapshot_check_all_get_existing_columns(
       node, target_exists, config.get('check_cols')) %}

  {% set row_changed -%}
    (
    {%- if column_added -%}
      {{ get_true_sql() }}
    {%- else -%}
      {%- for column in check_cols -%}
        {%- set before = snapshotted_rel ~ '.' ~ column -%}
        {%- set after = current_rel ~ '.' ~ column -%}
        {{ before }} != {{ after }}
        or
        (
            (({{ before }} is null) and not ({{ after }} is null))
            or
            ((not {{ before }} is null) and ({{ after }} is null))
        )
        {{- ' or ' if not loop.last }}
      {%- endfor -%}
    {%- endif -%}
    )
  {%- endset %}

  {% do return({
       'unique_key': unique_key,
       'updated_at': updated_at,
       'row_changed': row_changed,
       'scd_id': snapshot_hash_arguments(api.Relation.scd_args(unique_key, updated_at)),
       'invalidate_hard_deletes': hard_deletes == 'invalidate',
       'hard_deletes': hard_deletes}) %}
{% endmacro %}
