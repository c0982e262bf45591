with found as (
    select
        event_id,
        run_id,
        happened_at,
        kind,
        node,
        name,
        message,
        coalesce(
            facts ->> '$.finding.code',
            facts ->> '$.problems[0].code',
            case when kind = 'finding' then 'finding' else 'error' end
        ) as code
    from {{ source('dsql', 'event') }}
    where
        level = 'error'
        and message != ''
        and (kind in ('finding', 'taken_back') or status in ('error', 'runtime error', 'partial success'))
)

select
    event_id,
    run_id,
    happened_at,
    kind,
    node,
    name,
    code,
    message,
    {{ dsql.normalised_message('message') }} as normalised_message,
    md5(code || ':' || {{ dsql.normalised_message('message') }}) as error_group
from found
