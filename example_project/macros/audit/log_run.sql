{% macro log_run(results) %}
    {% if execute and results %}
        insert into audit.runs
        values
        {%- for status, group in results | groupby('status') %}
            (
                '{{ invocation_id }}',
                '{{ flags.WHICH }}',
                '{{ run_started_at.isoformat() }}',
                '{{ status }}',
                {{ group | length }}
            ){{ ',' if not loop.last }}
        {%- endfor %}
    {% endif %}
{% endmacro %}
