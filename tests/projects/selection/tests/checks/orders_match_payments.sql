{{ config(tags=['nightly', 'reconcile'], severity='warn') }}
select * from {{ ref('orders') }} join {{ ref('stg_payments') }} using (id)
