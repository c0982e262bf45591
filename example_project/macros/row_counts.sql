{% macro row_counts(schema=none) %}
    {% if execute %}
        {% for node in graph.nodes.values() | sort(attribute='unique_id') %}
            {% if node.resource_type in ('seed', 'model', 'snapshot')
                and node.config.materialized != 'ephemeral'
                and schema in (none, node.schema) %}
                {% set rows = run_query('select count(*) from ' ~ node.relation_name) %}
                {% do print('%-12s %-20s %6d' % (node.schema, node.name, rows.columns[0][0])) %}
            {% endif %}
        {% endfor %}
    {% endif %}
{% endmacro %}
