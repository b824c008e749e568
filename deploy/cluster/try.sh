#!/bin/sh
# Signalbox on the cluster that kubectl points to, with PostgreSQL, Kafka and a Salesforce sandbox as pods beside it.
#   try.sh [up|test|down]     up (the default): everything, until every pod is ready; again: an upgrade
#                             test: the create-accounts scenario against it, once for each new installation
#                             down: removes the namespace and all that is in it
# README.md says how to build the images and which variables there are.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
namespace=${NAMESPACE:-prod}
release=${RELEASE:-s}
image=${SIGNALBOX_IMAGE:-signalbox/signalbox:0.1.0}
postgresql_image=${POSTGRESQL_IMAGE:-signalbox/postgresql:try}
kafka_image=${KAFKA_IMAGE:-signalbox/kafka:try}
gateway_port=${GATEWAY_PORT:-18080}
sandbox_port=${SANDBOX_PORT:-18400}
k() { kubectl --namespace "$namespace" "$@"; }

up() {
  kubectl get namespace "$namespace" > /dev/null 2>&1 || kubectl create namespace "$namespace"
  k get secret signalbox-postgresql > /dev/null 2>&1 || k create secret generic signalbox-postgresql \
    --from-literal=username=signalbox --from-literal=password="$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')"
  for part in postgresql kafka salesforce-sandbox; do
    sed -e "s|POSTGRESQL_IMAGE|$postgresql_image|; s|KAFKA_IMAGE|$kafka_image|; s|SIGNALBOX_IMAGE|$image|" "$here/$part.yaml" | k apply -f -
  done
  # The chart's jobs come first, and need both.
  k rollout status statefulset/postgresql --timeout=180s
  k rollout status statefulset/kafka --timeout=180s
  k rollout status deployment/salesforce-sandbox --timeout=180s
  helm upgrade --install "$release" "$root/charts/signalbox" --namespace "$namespace" --values "$here/values.yaml" \
    --set image.repository="${image%:*}" --set-string image.tag="${image##*:}" --wait --timeout "${TIMEOUT:-10m}"
  k get pods
}

scenario() {
  # Not through the function: the shell around it would be killed at the end, and kubectl would stay.
  kubectl --namespace "$namespace" port-forward "service/$release-signalbox-gateway" "$gateway_port:8080" > /dev/null & gateway=$!
  kubectl --namespace "$namespace" port-forward service/salesforce-sandbox "$sandbox_port:8400" > /dev/null & sandbox=$!
  trap 'kill $gateway $sandbox' EXIT
  for url in "http://127.0.0.1:$gateway_port/readyz" "http://127.0.0.1:$sandbox_port/__sandbox"; do
    curl --silent --show-error --fail --output /dev/null --retry 20 --retry-delay 1 --retry-all-errors "$url"
  done
  cd "$root"
  SIGNALBOX_SCENARIO_URL="http://127.0.0.1:$gateway_port" \
  SIGNALBOX_SCENARIO_CRM_URL="http://127.0.0.1:$sandbox_port" \
  SIGNALBOX_SCENARIO_CRM_URL_INSIDE=http://salesforce-sandbox:8400 \
  NODE_OPTIONS=--experimental-vm-modules node node_modules/jest/bin/jest.js --runInBand --verbose \
    --testMatch '<rootDir>/tests/scenarios/src/create-accounts.given.ts'
}

case ${1:-up} in
  up) up ;;
  test) scenario ;;
  down) kubectl delete namespace "$namespace" ;;
  *) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac
