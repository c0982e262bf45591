{% macro log_step(step) %}
    insert into audit.steps
    select
        '{{ invocation_id }}' as run_id,
        '{{ this.schema }}.{{ this.identifier }}' as model,
        '{{ step }}' as step,
        {% if step == 'finished' -%}
            (select count(*) from {{ this }})
        {%- else -%}
            null
        {%- endif %} as row_count,
        current_timestamp as logged_at
{% endmacro %}
