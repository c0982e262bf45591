{# Compares counts and sums with those of another relation: a row for each difference that matters. #}
{% test reconcile(model, compare_model, columns=none, count=true, group_by_columns=none, compare_where=none, tolerance=none, materiality=none) %}
    {% set test = adapter.dispatch('test_reconcile', 'dbt') %}
    {{ test(model, compare_model, columns, count, group_by_columns, compare_where, tolerance, materiality) }}
{% endtest %}

{% macro default__test_reconcile(model, compare_model, columns, count, group_by_columns, compare_where, tolerance, materiality) %}
{% set measures = reconcile_measures(columns, count, tolerance, materiality) %}
{% set groups = group_by_columns or [] %}

with own as (
    {{ get_reconcile_sums_sql(model, measures, groups, none, 'expression') }}
),

other as (
    {{ get_reconcile_sums_sql(compare_model, measures, groups, compare_where, 'compare_expression') }}
),

compared as (
    select
        {%- for column in groups %}
        coalesce(own.group_{{ loop.index }}, other.group_{{ loop.index }}) as {{ column }},
        {%- endfor %}
        {%- for measure in measures %}
        coalesce(own.measure_{{ loop.index }}, 0) as own_{{ loop.index }},
        coalesce(other.measure_{{ loop.index }}, 0) as other_{{ loop.index }}{{ "," if not loop.last }}
        {%- endfor %}
    from own
    {{ "full outer" if groups else "cross" }} join other
    {%- for column in groups %}
    {{ "on" if loop.first else "and" }} {{ reconcile_same("own.group_" ~ loop.index, "other.group_" ~ loop.index) }}
    {%- endfor %}
)

{% for measure in measures %}
{%- set own = "own_" ~ loop.index %}{% set other = "other_" ~ loop.index %}
select
    {%- for column in groups %}
    {{ column }},
    {%- endfor %}
    '{{ escape_single_quotes(measure.name) }}' as measure,
    cast({{ own }} as {{ api.Column.translate_type("float") }}) as own_value,
    cast({{ other }} as {{ api.Column.translate_type("float") }}) as compared_value,
    cast({{ own }} - {{ other }} as {{ api.Column.translate_type("float") }}) as difference,
    cast({{ reconcile_amount(measure.tolerance, other, 'tolerance') }} as {{ api.Column.translate_type("float") }}) as allowed
from compared
where abs({{ own }} - {{ other }}) > {{ reconcile_amount(measure.tolerance, other, 'tolerance') }}
    and abs({{ own }} - {{ other }}) >= {{ reconcile_amount(measure.materiality, other, 'materiality') }}
{{ "union all" if not loop.last }}
{% endfor %}
{% endmacro %}
