# The API and the worker, one image. Never the sandbox, the development stack or the tests: .dockerignore keeps
# them out of the build.
#
# No image was built from this file where it was written, for want of a Docker engine. What was done there instead
# is what the steps below do: both installs, the build from the same files, and both processes run from the
# result, against PostgreSQL 18 and Temporal 1.29.1, until they were ready and until SIGTERM had drained them.

# Debian, not Alpine: the Temporal worker is native code for glibc.
FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# No package needs its install script here; those that have one fetch or link what only development uses.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build

FROM node:20-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:20-bookworm-slim
# Node brings its own root certificates; the worker's native core uses the system's, for Temporal over TLS.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE ./
# Nothing is written to the file system, so it can be mounted read-only; health is asked for by Compose, since
# only the API answers for it.
USER node
CMD ["node", "dist/api/main.js"]
