# syntax=docker/dockerfile:1
FROM python:3.12.11-slim-bookworm AS build
WORKDIR /build
RUN python -m venv /opt/crawlmill
COPY requirements/ requirements/
# Dependencies first: they change less often than the code, and the layer is kept.
RUN /opt/crawlmill/bin/pip install --no-cache-dir --require-hashes -r requirements/dev.txt
COPY pyproject.toml README.md LICENSE ./
COPY streams/ streams/
COPY seeds/ seeds/
RUN /opt/crawlmill/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /wheels .

FROM python:3.12.11-slim-bookworm
ENV PYTHONUNBUFFERED=1 OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
RUN useradd --uid 10001 --create-home crawlmill \
 && install -d -o crawlmill /var/lib/crawlmill /etc/crawlmill
WORKDIR /var/lib/crawlmill
COPY requirements/runtime.txt /tmp/runtime.txt
RUN pip install --no-cache-dir --require-hashes -r /tmp/runtime.txt && rm /tmp/runtime.txt
COPY --from=build /wheels/*.whl /tmp/
RUN pip install --no-cache-dir --no-deps /tmp/*.whl && rm /tmp/*.whl
COPY config/crawlmill.toml /etc/crawlmill/crawlmill.toml
ENV CRAWLMILL_CONFIG=/etc/crawlmill/crawlmill.toml \
    CRAWLMILL_WORKER_DATA_DIR=/var/lib/crawlmill/tables \
    CRAWLMILL_WORKER_WEB_HOST=0.0.0.0
USER crawlmill
EXPOSE 6066
HEALTHCHECK --interval=10s --timeout=5s --start-period=90s --retries=6 \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:6066/livez', timeout=4)"]
ENTRYPOINT ["crawlmill"]
CMD ["worker"]
