"""The mill through a broker, beside a plain Faust app; what a worker's own process costs."""
