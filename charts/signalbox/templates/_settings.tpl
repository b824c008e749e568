{{/*
How a service's settings become its environment. generated/settings.yaml lists them, made from the services' own
definitions by libs/dev/src/charts: a setting that is added there appears here, or a test fails.
*/}}

{{/* The values of one component: defaults, what its service says, and what its provider says. A later one replaces an earlier one key by key, also with false and 0. Arguments: root, layers (list of maps). */}}
{{- define "signalbox.componentValues" -}}
{{- $out := deepCopy .root.Values.defaults -}}
{{- range $layer := .layers -}}
{{- range $key, $value := $layer -}}
{{- if and (eq $key "autoscaling") (hasKey $out $key) -}}
{{- $merged := deepCopy (get $out $key) -}}
{{- range $k, $v := $value -}}{{- $_ := set $merged $k $v -}}{{- end -}}
{{- $_ := set $out $key $merged -}}
{{- else -}}
{{- $_ := set $out $key $value -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- toYaml $out -}}
{{- end -}}

{{/* Environment variables that are no secret, as YAML. Arguments: root, service (an entry of the generated list), values, provider (optional). */}}
{{- define "signalbox.plainEnv" -}}
{{- $root := .root -}}
{{- $graceSeconds := sub $root.Values.terminationGraceSeconds (add $root.Values.drainSeconds 5) -}}
{{- $owned := dict
  "httpHost" "0.0.0.0" "httpPort" "8080" "grpcHost" "0.0.0.0" "grpcPort" "9090"
  "logLevel" $root.Values.logLevel "migrateOnStart" "false" "broker" "kafka"
  "kafkaBrokers" $root.Values.kafka.brokers "topicPrefix" $root.Values.kafka.topicPrefix
  "stopGraceMs" (mul $graceSeconds 1000)
  "provider" (default "" .provider)
-}}
{{- $given := default dict .values.settings -}}
{{- $env := dict -}}
{{- range $setting := .service.settings -}}
{{- if $setting.secret -}}
{{- else if hasKey $given $setting.key -}}
{{- /* A large number comes out of YAML as a float, and must not be written with an exponent. */ -}}
{{- $value := get $given $setting.key -}}
{{- $_ := set $env $setting.env (ternary (printf "%.0f" (float64 (ternary $value 0 (kindIs "float64" $value)))) (toString $value) (kindIs "float64" $value)) -}}
{{- else if $setting.addressOf -}}
{{- $_ := set $env $setting.env (printf "%s-%s:9090" (include "common.fullname" $root) $setting.addressOf) -}}
{{- else if hasKey $owned $setting.key -}}
{{- $_ := set $env $setting.env (get $owned $setting.key | toString) -}}
{{- end -}}
{{- end -}}
{{- toYaml $env -}}
{{- end -}}

{{/* Environment variables from secrets, as a YAML list. Arguments as in signalbox.plainEnv. */}}
{{- define "signalbox.secretEnv" -}}
{{- $root := .root -}}
{{- $values := .values -}}
{{- $service := .service -}}
{{- $keys := default (printf "%s-keys" (include "common.fullname" $root)) $root.Values.keys.existingSecret -}}
{{- $pg := $root.Values.postgresql -}}
{{- range $setting := $service.settings }}
{{- if not $setting.secret }}
{{- else if eq $setting.key "databaseUrl" }}
{{- if $values.databaseUrl }}
- name: {{ $setting.env }}
  valueFrom: { secretKeyRef: { name: {{ $values.databaseUrl.name }}, key: {{ $values.databaseUrl.key }} } }
{{- else }}
- name: POSTGRESQL_USER
  valueFrom: { secretKeyRef: { name: {{ $pg.existingSecret }}, key: {{ $pg.userKey }} } }
- name: POSTGRESQL_PASSWORD
  valueFrom: { secretKeyRef: { name: {{ $pg.existingSecret }}, key: {{ $pg.passwordKey }} } }
- name: {{ $setting.env }}
  value: {{ printf "postgres://$(POSTGRESQL_USER):$(POSTGRESQL_PASSWORD)@%s:%v/%s%s" $pg.host $pg.port (default (printf "%s%s" $pg.databasePrefix ($service.name | replace "-" "_")) $pg.database) (ternary (printf "?%s" $pg.parameters) "" (ne $pg.parameters "")) | quote }}
{{- end }}
{{- else if eq $setting.key "serviceKey" }}
- name: {{ $setting.env }}
  valueFrom: { secretKeyRef: { name: {{ $keys }}, key: {{ $root.Values.keys.serviceKey }} } }
{{- else if eq $setting.key "secretsKey" }}
- name: {{ $setting.env }}
  valueFrom: { secretKeyRef: { name: {{ $keys }}, key: {{ $root.Values.keys.secretsKey }} } }
{{- else if hasKey (default dict $values.secretSettings) $setting.key }}
{{- $ref := get $values.secretSettings $setting.key }}
- name: {{ $setting.env }}
  valueFrom: { secretKeyRef: { name: {{ $ref.name }}, key: {{ $ref.key }} } }
{{- end }}
{{- end }}
{{- end -}}
