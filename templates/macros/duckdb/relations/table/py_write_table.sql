{# A Python model's code, with a function that writes the frame it made. #}
{% macro py_write_table(temporary, relation, compiled_code, partitioned_by=none, sorted_by=none) -%}
{{ compiled_code }}

def materialize(df, con):
    try:
        import pyarrow
    except ImportError:
        pass
    else:
        if isinstance(df, pyarrow.Table):
            # DuckDB scans a table of pyarrow through this module, and does not import it
            import pyarrow.dataset
    frame = '__dbt_python_model_df_{{ relation.identifier }}'
    try:
        con.register(frame, df)
    except Exception:
        raise TypeError('model() returned ' + type(df).__name__ + ', which is no table: return a '
                        'relation of DuckDB, a DataFrame of pandas or a table of Arrow') from None
    {% if partitioned_by or sorted_by %}
    con.execute('create table {{ relation }} as select * from ' + frame + ' limit 0')
    {% if partitioned_by %}
    con.execute('alter table {{ relation }} set partitioned by ({{ partitioned_by }})')
    {% endif %}
    {% if sorted_by %}
    con.execute('alter table {{ relation }} set sorted by ({{ sorted_by }})')
    {% endif %}
    con.execute('insert into {{ relation }} select * from ' + frame)
    {% else %}
    con.execute('create {{ 'temporary ' if temporary }}table {{ relation }} as select * from ' + frame)
    {% endif %}
    con.unregister(frame)
{% endmacro %}
