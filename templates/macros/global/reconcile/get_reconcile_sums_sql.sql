{# Counts and sums of a relation, in all or by groups. #}
{% macro get_reconcile_sums_sql(relation, measures, groups, where, expression) %}
    select
        {%- for column in groups %}
        {{ column }} as group_{{ loop.index }},
        {%- endfor %}
        {%- for measure in measures %}
        {{ measure[expression] }} as measure_{{ loop.index }}{{ "," if not loop.last }}
        {%- endfor %}
    from {{ relation }}
    {%- if where %}
    where {{ where }}
    {%- endif %}
    {%- if groups %}
    group by {{ groups | join(', ') }}
    {%- endif %}
{% endmacro %}
