# The image that CI jobs run in (`lunsim init` writes them): lunsim and nothing that it does not need.
#     docker build -t lunsim .
# Debian packages are named in tools/packages alone; tools/dockerfile_test.py holds this file against them.
FROM debian:12-slim AS build
WORKDIR /src
COPY tools/install tools/packages tools/
RUN tools/install build && rm -rf /var/lib/apt/lists/*
COPY . .
RUN cmake --preset release -DLUNSIM_TESTS=OFF && cmake --build build --target lunsim

FROM debian:12-slim
COPY tools/install tools/packages /usr/local/share/lunsim/
RUN /usr/local/share/lunsim/install runtime && rm -rf /var/lib/apt/lists/*
COPY --from=build /src/build/lunsim /usr/local/bin/lunsim
RUN useradd --create-home --uid 1000 lunsim && lunsim --version
USER lunsim
WORKDIR /home/lunsim
CMD ["lunsim", "--help"]
