# Short names for the scripts; each says more about itself.
.PHONY: test lint unit e2e bench

test lint unit e2e:
	scripts/test $(subst test,all,$@)

bench:
	scripts/bench
