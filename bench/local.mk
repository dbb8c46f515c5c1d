# Written by build-aux/sources. Do not edit.
bench_programs =
bench_programs += \
	bench/batch \
	bench/derive \
	bench/network \
	bench/order \
	bench/reading \
	bench/start
EXTRA_PROGRAMS += $(bench_programs)
CLEANFILES += $(bench_programs)
bench: $(bench_programs)
# They are built by make check too, so that they stay buildable.
check-local: $(bench_programs)
.PHONY: bench
EXTRA_DIST += \
	bench/bench.h
bench_batch_SOURCES = bench/batch.c 
bench_derive_SOURCES = bench/derive.c 
bench_network_SOURCES = bench/network.c 
bench_order_SOURCES = bench/order.c 
bench_reading_SOURCES = bench/reading.c 
bench_start_SOURCES = bench/start.c 
