{#
  The condition on which a row of the quarantine in one of some states is in the relation: more copies of
  it than were left when it was put aside.
#}
{% macro published_again(relation, quarantine, columns, states) -%}
  dsql_row_id in (
    select kept.dsql_row_id
    from {{ relation }} as model_rows
    join {{ quarantine }} as kept on {{ same_quarantined_row(columns, 'model_rows', 'kept') }}
    where kept.dsql_state in ('{{ states | join("', '") }}')
    group by kept.dsql_row_id, kept.dsql_copies_published
    having count(*) > kept.dsql_copies_published
  )
{%- endmacro %}
