#!/bin/sh
# Makes the service's namespace, once. TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE say where and which.
set -eu

# A server that has just begun to listen can refuse for some seconds more.
attempts=30
until temporal operator cluster health; do
  attempts=$((attempts - 1))
  [ "$attempts" -gt 0 ] || exit 1
  sleep 2
done

if ! temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1; then
  # Ended syncs are in the service's own database; Temporal keeps their histories for three days, to look into.
  temporal operator namespace create --retention 3d --namespace "$TEMPORAL_NAMESPACE"
fi

# Servers learn of a new namespace some seconds after it was made.
attempts=30
until temporal workflow count --namespace "$TEMPORAL_NAMESPACE"; do
  attempts=$((attempts - 1))
  [ "$attempts" -gt 0 ] || exit 1
  sleep 2
done
