# `make demo` runs the example project, `make test` runs every test.

PREFIX ?= /usr/local
CARGO ?= cargo
RELEASE = $(CARGO) build --release --locked

.PHONY: demo build test check chaos install clean libduckdb

demo: build
	cd example_project && $(CARGO) run --release --locked --quiet -- build

build: libduckdb
	$(RELEASE)

# All that the build needs besides Rust and a C linker; at once when it is there already.
libduckdb:
	@scripts/libduckdb >/dev/null

test: libduckdb
	@if $(CARGO) nextest --version >/dev/null 2>&1; then \
		set -x; $(CARGO) nextest run --locked --no-fail-fast; \
	else \
		set -x; $(CARGO) test --locked --no-fail-fast; \
	fi

# Runs are killed a thousand times; half an hour or more.
chaos: build
	scripts/chaos target/release/dsql

# What .ci/run checks before it runs the tests.
check: libduckdb
	$(CARGO) fmt --check
	$(CARGO) clippy --locked --all-targets -- -D warnings

# The binary finds the library at ../lib/dsql from where it stands, so the tree can be moved as a whole.
install: libduckdb
	$(CARGO) install --locked --path . --no-track --force --quiet --root "$(DESTDIR)$(PREFIX)"
	install -d "$(DESTDIR)$(PREFIX)/lib/dsql" "$(DESTDIR)$(PREFIX)/share/licenses/dsql"
	@for library in .libduckdb/libduckdb.so .libduckdb/libduckdb.dylib; do \
		if [ -f $$library ]; then install -m 644 $$library "$(DESTDIR)$(PREFIX)/lib/dsql/"; fi; \
	done
	install -m 644 LICENSE "$(DESTDIR)$(PREFIX)/share/licenses/dsql/LICENSE"
	install -m 644 scripts/libduckdb.LICENSE "$(DESTDIR)$(PREFIX)/share/licenses/dsql/LICENSE.duckdb"
	scripts/licenses >"$(DESTDIR)$(PREFIX)/share/licenses/dsql/LICENSE.crates"

# The downloaded library stays in the user's cache.
clean:
	$(CARGO) clean
	rm -rf example_project/target example_project/logs example_project/*.duckdb
