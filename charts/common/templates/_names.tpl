{{/* Name of the release's things: the release itself when it already names the chart. Argument: the root context. */}}
{{- define "common.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* What a selector may contain: never a version, because selectors cannot change. Arguments: root, component, and instance for one of several deployments of it. */}}
{{- define "common.selectorLabels" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- if .provider }}
signalbox/provider: {{ .provider }}
{{- end }}
{{- end -}}

{{- define "common.labels" -}}
{{ include "common.selectorLabels" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
app.kubernetes.io/part-of: signalbox
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end -}}

{{- define "common.image" -}}
{{- $image := .Values.image -}}
{{- $name := printf "%s:%s" $image.repository (default .Chart.AppVersion $image.tag) -}}
{{- if $image.registry -}}{{ $image.registry }}/{{ end -}}{{ $name }}
{{- end -}}
