{#
  Compares two tables whose rows have no key, by the columns that both have: a row that is there more often
  after than before was added, `dsql_times` times. Otherwise as `compare_by_key`.
#}
{% macro compare_whole_rows(before, after, columns, wanted, limit) %}
  {% do return(adapter.dispatch('compare_whole_rows', 'dbt')(before, after, columns, wanted, limit)) %}
{% endmacro %}

{% macro default__compare_whole_rows(before, after, columns, wanted, limit) %}
  {% set taken, old, new, order = [], [], [], [] %}
  {% for column in columns %}
    {% set name = "dsql_" ~ loop.index %}
    {% if column.before and column.after %}
      {% set value = "cast(" ~ column.name ~ " as varchar)" if column.loose else column.name %}
      {% do taken.append(value ~ " as " ~ name ~ ", ") %}
      {% do old.append(", " ~ name ~ ", null, false") %}
      {% do new.append(", null, " ~ name ~ ", false") %}
      {% do order.append(", " ~ name) %}
    {% else %}
      {% do old.append(", null, null, false") %}
      {% do new.append(", null, null, false") %}
    {% endif %}
  {% endfor %}
  {% set counted %}
    (
      select * exclude (dsql_old, dsql_new), sum(dsql_old) as dsql_old, sum(dsql_new) as dsql_new
      from (
        select {{ taken | join }} 1 as dsql_old, 0 as dsql_new from {{ before }}
        union all
        select {{ taken | join }} 0 as dsql_old, 1 as dsql_new from {{ after }}
      ) as dsql_both
      group by all
    ) as dsql_counted
  {% endset %}
  {% if wanted == 'counts' %}
    {% set sql %}
      select 'added', cast(coalesce(sum(greatest(dsql_new - dsql_old, 0)), 0) as bigint) from {{ counted }}
      union all
      select 'removed', cast(coalesce(sum(greatest(dsql_old - dsql_new, 0)), 0) as bigint) from {{ counted }}
      union all
      select 'same', cast(coalesce(sum(least(dsql_old, dsql_new)), 0) as bigint) from {{ counted }}
    {% endset %}
    {% do return(run_query(sql)) %}
  {% endif %}
  {% set limited = "" if limit is none else " limit " ~ limit %}
  {% set sql %}
    (
      select 'added' as dsql_change, cast(dsql_new - dsql_old as bigint) as dsql_times {{ new | join }}
      from {{ counted }} where dsql_new > dsql_old order by 1 {{ order | join }} {{ limited }}
    )
    union all
    (
      select 'removed', cast(dsql_old - dsql_new as bigint) {{ old | join }}
      from {{ counted }} where dsql_old > dsql_new order by 1 {{ order | join }} {{ limited }}
    )
  {% endset %}
  {% do return(run_query(sql)) %}
{% endmacro %}
