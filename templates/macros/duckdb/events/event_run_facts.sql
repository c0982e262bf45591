{# Who started it, where, and of which state of the project. #}
{% macro duckdb__event_run_facts() %}
      max(facts->>'$.command') filter (kind = 'run_started') as typed,
      max(facts->>'$.user') filter (kind = 'run_started') as started_by,
      max(facts->>'$.host') filter (kind = 'run_started') as host,
      max(facts->>'$.ci.job') filter (kind = 'run_started') as ci_job,
      max(facts->>'$.git.commit') filter (kind = 'run_started') as git_commit,
      bool_or((facts->>'$.git.is_dirty')::boolean) filter (kind = 'run_started') as is_dirty,
{% endmacro %}
