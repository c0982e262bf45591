{% macro event_steps() -%}
    {{ return(['accepted', 'picked_up', 'delivered', 'cancelled']) }}
{%- endmacro %}

{% macro for_each_step() -%}
    {%- for step in event_steps() %}
        {{- caller(step) }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
