{% snapshot in_block %}
{{ config(unique_key='id', strategy='timestamp', updated_at='changed_at', invalidate_hard_deletes=true, target_schema='old_style') }}
select id, name, changed_at from {{ ref('people') }}
{% endsnapshot %}
{% snapshot legacy %}
{{ config(unique_key='id', strategy='check', check_cols=['name'], updated_at='changed_at') }}
select * from {{ ref('by_time') }} where dbt_valid_to is null
{% endsnapshot %}
