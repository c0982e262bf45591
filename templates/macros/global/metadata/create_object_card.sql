{# Makes the view that answers seven questions about each object; with `runs`, a relation of nodes in runs, when it was made last, too. #}
{% macro create_object_card(card, objects, edges, runs) %}
  {% do return(adapter.dispatch('create_object_card', 'dbt')(card, objects, edges, runs)) %}
{% endmacro %}

{% macro default__create_object_card(card, objects, edges, runs) %}
  {% call statement() %}
    create or replace view {{ card }} as
    select
      object.project,
      object.target,
      object.object_id,
      object.name,
      object.resource_type,
      concat_ws(': ', object.resource_type, object.description) as what_it_is,
      object.refresh as when_it_comes,
      concat_ws(' ', object.system, object.relation_name) as which_system,
      coalesce(object.purpose, 'for ' || object.exposures) as why_it_exists,
      coalesce(object.owner, object.group_name) as who_answers,
      concat_ws(
        ', ',
        nullif(concat_ws(' ', object.materialized, object.strategy), ''),
        'by ' || object.file,
        'from ' || reads.parents
      ) as how_it_is_made,
      concat_ws(
        ', ',
        'layer ' || object.layer,
        object.access,
        case when object.is_contracted then 'contract' end,
        case when object.tests > 0 then cast(object.tests as varchar) || ' tests' else 'no tests' end,
        case when cast(object.tags as varchar) <> '[]' then 'tags ' || cast(object.tags as varchar) end
      ) as what_else,
      {% if runs %}
      last_run.ended_at as last_made_at,
      last_run.status as last_status,
      last_run.run_id as last_run_id,
      {% endif %}
      object.valid_from
    from {{ objects }} as object
    left join (
      select project, target, child_id, {{ listagg('parent', "', '", 'order by parent') }} as parents
      from {{ edges }}
      where is_current
      group by project, target, child_id
    ) as reads
      on reads.child_id = object.object_id
      and reads.project = object.project
      and reads.target = object.target
    {% if runs %}
    left join (
      select
        node, run_id, ended_at, status,
        row_number() over (partition by node order by ended_at desc) as nth
      from {{ runs }}
      where ended_at is not null
    ) as last_run
      on last_run.node = object.object_id
      and last_run.nth = 1
    {% endif %}
    where object.is_current
  {% endcall %}
{% endmacro %}
