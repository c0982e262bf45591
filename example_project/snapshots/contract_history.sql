{% snapshot contract_history %}

{{
    config(
        unique_key='contract_id',
        strategy='check',
        check_cols=['plan', 'monthly_fee', 'delivery_fee', 'valid_from', 'valid_to'],
        hard_deletes='new_record',
    )
}}

select
    contract_id,
    customer_id,
    plan,
    monthly_fee,
    delivery_fee,
    valid_from,
    valid_to
from {{ ref('int_contracts') }}

{% endsnapshot %}
