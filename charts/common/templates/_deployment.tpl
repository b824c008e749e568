{{/*
One deployment. Arguments:
  root, component, provider (optional)   as in common.labels
  name                                   of the deployment, its service account and its config map
  command                                list
  values                                 of the component: replicas, resources, autoscaling, placement …
  secretEnv                              list of env entries with secret references, as YAML text
  settingsChecksum                       changes when the config map does, so that pods are replaced
*/}}
{{- define "common.deployment" -}}
{{- $root := .root -}}
{{- $values := .values -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .name }}
  labels:
    {{- include "common.labels" . | nindent 4 }}
spec:
  {{- if not $values.autoscaling.enabled }}
  replicas: {{ $values.replicas }}
  {{- end }}
  revisionHistoryLimit: 5
  strategy:
    type: RollingUpdate
    rollingUpdate:
      maxSurge: 1
      maxUnavailable: 0
  selector:
    matchLabels:
      {{- include "common.selectorLabels" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "common.labels" . | nindent 8 }}
      annotations:
        signalbox/settings: {{ .settingsChecksum }}
        {{- with $values.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      serviceAccountName: {{ .name }}
      automountServiceAccountToken: false
      enableServiceLinks: false
      {{- include "common.pullSecrets" $root | nindent 6 }}
      securityContext:
        {{- include "common.podSecurityContext" $root | nindent 8 }}
      {{- /* Longer than the service itself takes to finish or hand back its work. */}}
      terminationGracePeriodSeconds: {{ $root.Values.terminationGraceSeconds }}
      {{- include "common.placement" $values | nindent 6 }}
      containers:
        - name: service
          image: {{ include "common.image" $root }}
          imagePullPolicy: {{ $root.Values.image.pullPolicy }}
          command: {{ .command | toJson }}
          envFrom:
            - configMapRef:
                name: {{ .name }}
          env:
            {{- .secretEnv | nindent 12 }}
          ports:
            - name: http
              containerPort: 8080
            - name: grpc
              containerPort: 9090
          startupProbe:
            httpGet: { path: /healthz, port: http }
            periodSeconds: 2
            failureThreshold: 60
          livenessProbe:
            httpGet: { path: /healthz, port: http }
            periodSeconds: 10
            timeoutSeconds: 3
            failureThreshold: 3
          readinessProbe:
            httpGet: { path: /readyz, port: http }
            periodSeconds: 5
            timeoutSeconds: 3
            failureThreshold: 2
          {{- /* The endpoints forget a pod some seconds after it was told to go: calls must still be answered then. */}}
          lifecycle:
            preStop:
              sleep:
                seconds: {{ $root.Values.drainSeconds }}
          resources:
            {{- toYaml $values.resources | nindent 12 }}
          securityContext:
            {{- include "common.containerSecurityContext" $root | nindent 12 }}
          volumeMounts:
            - name: tmp
              mountPath: /tmp
      volumes:
        - name: tmp
          emptyDir:
            sizeLimit: 1Gi
{{- end -}}
