{% macro give(x) %}given {{ x }}{% endmacro %}
{% macro refer() %}{{ return(ref('shelved')) }}{% endmacro %}
{% macro dispatched() %}{{ return(adapter.dispatch('dispatched', 'shelf')()) }}{% endmacro %}
{% macro default__dispatched() %}by default{% endmacro %}
