{# The query for the changes since the last run, each marked as an insert, update or delete. #}
{% macro snapshot_staging_table(strategy, source_sql, target_relation) -%}
  {% do return(adapter.dispatch('snapshot_staging_table', 'dbt')(
       strategy, source_sql, target_relation)) %}
{% endmacro %}

{#
  - insert: a version that begins, of a new row or a changed one
  - update: the end of the version before it
  - delete: the end of the last version of a row that is gone, unless deletes are ignored
  - with `new_record`, one more insert for a row that is gone, whose version says that it is
#}
{% macro default__snapshot_staging_table(strategy, source_sql, target_relation) -%}
  {%- set columns = config.get('snapshot_table_column_names')
        or get_snapshot_table_column_names() -%}
  {%- set key = strategy.unique_key -%}
  {%- set records_deletes = strategy.hard_deletes == 'new_record' -%}
  {%- set sees_deletes = records_deletes or strategy.hard_deletes == 'invalidate' -%}
  {%- set open_end = config.get('dbt_valid_to_current') -%}

  {%- set same_key = unique_key_join_on(key, 'snapshotted_data', 'source_data') -%}
  {%- set is_gone = unique_key_is_null(key, 'source_data') -%}
  {%- set was_deleted = "snapshotted_data." ~ columns.dbt_is_deleted ~ " = 'True'" -%}
  {#- A row that comes back has changed. -#}
  {%- set has_changed = strategy.row_changed ~ (' or ' ~ was_deleted if records_deletes else '') -%}
  {%- set snapshot_end = 'snapshotted_data.' ~ columns.dbt_valid_to -%}
  {#- A deletion is recorded once. -#}
  {%- set deletion_is_known = was_deleted ~ ' and ' ~ snapshot_end
        ~ (' = ' ~ open_end if open_end else ' is null') -%}

  {%- if records_deletes -%}
    {#- The last values of a row that is gone; a column that is only about to be added has none. -#}
    {%- set recorded = get_list_of_column_names(get_columns_in_relation(target_relation)) -%}
    {%- set last_values = [] -%}
    {%- for name in get_columns_in_query(source_sql) -%}
      {%- set origin = 'snapshotted_data.' if name in recorded else 'source_data.' -%}
      {%- do last_values.append(origin ~ adapter.quote(name)) -%}
    {%- endfor -%}
    {%- if key | is_list -%}
      {%- for part in key -%}
        {%- do last_values.append(
              'snapshotted_data.' ~ part ~ ' as dbt_unique_key_' ~ loop.index) -%}
      {%- endfor -%}
    {%- else -%}
      {%- do last_values.append('snapshotted_data.dbt_unique_key as dbt_unique_key') -%}
    {%- endif -%}
  {%- endif %}

    with snapshot_query as (

        {{ source_sql }}

    ),

    snapshotted_data as (

        select *, {{ unique_key_fields(key) }}
        from {{ target_relation }}
        where
            {% if open_end %}
            {#- Versions from before `dbt_valid_to_current` was set end with null. #}
            ( {{ equals(columns.dbt_valid_to | trim, open_end | trim) }} or {{ columns.dbt_valid_to | trim }} is null )
            {% else %}
            {{ columns.dbt_valid_to }} is null
            {% endif %}

    ),

    insertions_source_data as (

        select *, {{ unique_key_fields(key) }},
            {{ strategy.updated_at }} as {{ columns.dbt_updated_at }},
            {{ strategy.updated_at }} as {{ columns.dbt_valid_from }},
            {{ get_dbt_valid_to_current(strategy, columns) }},
            {{ strategy.scd_id }} as {{ columns.dbt_scd_id }}

        from snapshot_query

    ),

    updates_source_data as (

        select *, {{ unique_key_fields(key) }},
            {{ strategy.updated_at }} as {{ columns.dbt_updated_at }},
            {{ strategy.updated_at }} as {{ columns.dbt_valid_from }},
            {{ strategy.updated_at }} as {{ columns.dbt_valid_to }}

        from snapshot_query

    ),

    {% if sees_deletes -%}
    deletes_source_data as (

        select *, {{ unique_key_fields(key) }}
        from snapshot_query

    ),

    {% endif -%}
    insertions as (

        select
            'insert' as dbt_change_type,
            source_data.*
            {{- ",'False' as " ~ columns.dbt_is_deleted if records_deletes }}

        from insertions_source_data as source_data
        left outer join snapshotted_data
            on {{ same_key }}
            where {{ unique_key_is_null(key, 'snapshotted_data') }}
            or ({{ unique_key_is_not_null(key, 'snapshotted_data') }} and (
               {{ has_changed }}
            )

        )

    ),

    updates as (

        select
            'update' as dbt_change_type,
            source_data.*,
            snapshotted_data.{{ columns.dbt_scd_id }}
            {{- ', snapshotted_data.' ~ columns.dbt_is_deleted if records_deletes }}

        from updates_source_data as source_data
        join snapshotted_data
            on {{ same_key }}
        where (
            {{ has_changed }}
        )

    )

    {%- if sees_deletes %},

    deletes as (

        select
            'delete' as dbt_change_type,
            source_data.*,
            {{ snapshot_get_time() }} as {{ columns.dbt_valid_from }},
            {{ snapshot_get_time() }} as {{ columns.dbt_updated_at }},
            {{ snapshot_get_time() }} as {{ columns.dbt_valid_to }},
            snapshotted_data.{{ columns.dbt_scd_id }}
            {{- ', snapshotted_data.' ~ columns.dbt_is_deleted if records_deletes }}
        from snapshotted_data
        left join deletes_source_data as source_data
            on {{ same_key }}
            where {{ is_gone }}
            {{ 'and not ( ' ~ deletion_is_known ~ ' )' if records_deletes }}

    )
    {%- endif %}

    {%- if records_deletes %},

    deletion_records as (

        select
            'insert' as dbt_change_type,
            {{ last_values | join(', ') }},
            {{ snapshot_get_time() }} as {{ columns.dbt_valid_from }},
            {{ snapshot_get_time() }} as {{ columns.dbt_updated_at }},
            {{ snapshot_end }} as {{ columns.dbt_valid_to }},
            {{ snapshot_hash_arguments([columns.dbt_scd_id, snapshot_get_time()]) }} as {{ columns.dbt_scd_id }},
            'True' as {{ columns.dbt_is_deleted }}
        from snapshotted_data
        left join deletes_source_data as source_data
            on {{ same_key }}
        where {{ is_gone }}
        and not ( {{ deletion_is_known }} )

    )
    {%- endif %}

    select * from insertions
    union all
    select * from updates
    {%- if sees_deletes %}
    union all
    select * from deletes
    {%- endif %}
    {%- if records_deletes %}
    union all
    select * from deletion_records
    {%- endif %}

{%- endmacro %}
