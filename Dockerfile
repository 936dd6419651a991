# syntax=docker/dockerfile:1
# An image that holds the program and nothing else: docker build -t slsaudit .
FROM debian:12 AS build
RUN apt-get update && apt-get install -y --no-install-recommends \
      cmake g++ ninja-build git ca-certificates \
      libcli11-dev libfmt-dev libspdlog-dev libtomlplusplus-dev libyaml-cpp-dev libyaml-dev nlohmann-json3-dev \
    && rm -rf /var/lib/apt/lists/*
COPY . /source
ARG COMMIT=
ARG SOURCE_DATE_EPOCH=
RUN if [ -z "$SOURCE_DATE_EPOCH" ]; then unset SOURCE_DATE_EPOCH; fi \
    && cmake -S /source -B /build -G Ninja -DCMAKE_BUILD_TYPE=Release -DSLSAUDIT_BUILD_TESTS=OFF \
      -DSLSAUDIT_STATIC=FULL -DSLSAUDIT_COMMIT="$COMMIT" \
    && cmake --build /build --target slsaudit \
    && strip /build/bin/slsaudit

FROM scratch
COPY --from=build /build/bin/slsaudit /usr/bin/slsaudit
COPY --from=build /source/LICENSE /usr/share/doc/slsaudit/LICENSE
# Nothing here needs rights; what it is told to write goes to the mounted directory.
USER 65534:65534
WORKDIR /work
ENTRYPOINT ["/usr/bin/slsaudit"]
CMD ["check", "."]
