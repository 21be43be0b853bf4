"""Everything with input and output, time, threads, processes, network."""
