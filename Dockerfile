# Rollcall's parts for your own Kafka and ClickHouse (collect, process, alert) and every command, in an image that holds the
# program and the certificates of public authorities, nothing else: no shell, no libc, no package to patch.
# `rollcall up` is not for it: -tags nochdb leaves the embedded engine out, as it is a C library.
FROM golang:1.26.8-trixie AS build
ARG VERSION=""
ARG TARGETOS TARGETARCH
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/gocache \
    GOCACHE=/gocache CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH go build -trimpath -buildvcs=false -tags nochdb \
      -ldflags "-s -w -X github.com/rollcall-dev/rollcall/internal/app.release=$VERSION" -o /out/rollcall ./cmd/rollcall \
    && mkdir -p /out/data /out/dashboards

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/rollcall /usr/bin/rollcall
# A new named volume takes the owner of the folder that it is mounted over.
COPY --from=build --chown=65532:65532 /out/data /var/lib/rollcall
COPY --from=build --chown=65532:65532 /out/dashboards /dashboards
USER 65532:65532
WORKDIR /var/lib/rollcall
ENV ROLLCALL_LISTEN=0.0.0.0:8080 \
    ROLLCALL_SERVER=http://127.0.0.1:8080
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=6 CMD ["/usr/bin/rollcall", "ready"]
ENTRYPOINT ["/usr/bin/rollcall"]
CMD ["help"]
