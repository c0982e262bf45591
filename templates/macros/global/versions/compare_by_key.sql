{#
  Compares two tables by the columns that are a key: how many rows were added, removed, changed and are the
  same (`wanted='counts'`), or those that differ, `limit` of each kind. For each column a row has the value
  before, the one after, and whether they differ. Columns of two types are compared as texts.
#}
{% macro compare_by_key(before, after, columns, wanted, limit) %}
  {% do return(adapter.dispatch('compare_by_key', 'dbt')(before, after, columns, wanted, limit)) %}
{% endmacro %}

{% macro default__compare_by_key(before, after, columns, wanted, limit) %}
  {% set pairs, differences, matches, order = [], [], [], [] %}
  {% for column in columns %}
    {% set old = "dsql_old." ~ column.name if column.before else "cast(null as varchar)" %}
    {% set new = "dsql_new." ~ column.name if column.after else "cast(null as varchar)" %}
    {% do pairs.append(old ~ ", " ~ new) %}
    {% if column.loose %}
      {% set old, new = "cast(" ~ old ~ " as varchar)", "cast(" ~ new ~ " as varchar)" %}
    {% endif %}
    {% set differs = "false" %}
    {% if column.before and column.after and not column.key %}
      {% set differs = "(" ~ old ~ " is distinct from " ~ new ~ ")" %}
      {% do differences.append(differs) %}
    {% endif %}
    {% if column.key %}
      {% do matches.append(old ~ " is not distinct from " ~ new) %}
      {% do order.append("coalesce(" ~ old ~ ", " ~ new ~ ")") %}
    {% endif %}
    {% do pairs.append(differs) %}
  {% endfor %}
  {% set change %}
    case
      when dsql_old.dsql_is_there is null then 'added'
      when dsql_new.dsql_is_there is null then 'removed'
      {% if differences %}
        when {{ differences | join(" or ") }} then 'changed'
      {% endif %}
      else 'same'
    end
  {% endset %}
  {% set joined %}
    from (select *, true as dsql_is_there from {{ before }}) as dsql_old
    full outer join (select *, true as dsql_is_there from {{ after }}) as dsql_new
      on {{ matches | join(" and ") }}
  {% endset %}
  {% if wanted == 'counts' %}
    {% do return(run_query("select " ~ change ~ " as dsql_change, count(*) " ~ joined ~ " group by 1")) %}
  {% endif %}
  {% set sql %}
    select * exclude (dsql_place)
    from (
      select
        {{ change }} as dsql_change,
        1 as dsql_times,
        {{ pairs | join(", ") }},
        row_number() over (partition by {{ change }} order by {{ order | join(", ") }}) as dsql_place
      {{ joined }}
    ) as dsql_rows
    where dsql_change <> 'same'
    {% if limit is not none %}
      and dsql_place <= {{ limit }}
    {% endif %}
    order by
      case dsql_change when 'added' then 1 when 'removed' then 2 else 3 end,
      dsql_place
  {% endset %}
  {% do return(run_query(sql)) %}
{% endmacro %}
