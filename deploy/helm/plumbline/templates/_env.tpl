{{/*
Owns the environment of the service containers: one entry for one setting, nothing a service does not use.
*/}}

{{- /* (dict "name" "secret" "key"): one variable read from a Secret. */}}
{{- define "plumbline.env.secret" -}}
- name: {{ .name }}
  valueFrom:
    secretKeyRef:
      name: {{ .secret }}
      key: {{ .key }}
{{- end }}

{{- /* (list root service) */}}
{{- define "plumbline.env" -}}
{{- $root := index . 0 -}}
{{- $name := index . 1 -}}
{{- $values := $root.Values -}}
{{- $fact := index (include "plumbline.topology" $root | fromYaml) $name -}}
- name: PLUMB_HOME
  value: /tmp/plumbline
- name: PLUMB_METRICS_PORT
  value: {{ include "plumbline.port.metrics" $root | quote }}
{{- if eq $fact.protocol "http" }}
- name: PLUMB_GATEWAY_HOST
  value: 0.0.0.0
- name: PLUMB_GATEWAY_PORT
  value: {{ include "plumbline.port.gateway" $root | quote }}
{{- else }}
- name: PLUMB_RPC_HOST
  value: 0.0.0.0
- name: PLUMB_RPC_PORT
  value: {{ include "plumbline.port.rpc" $root | quote }}
{{- end }}
- name: PLUMB_PUBLIC_URL
  value: {{ $values.publicUrl | quote }}
- name: PLUMB_LOG_LEVEL
  value: {{ $values.logLevel | quote }}
{{- with $values.otlpEndpoint }}
- name: PLUMB_OTLP_ENDPOINT
  value: {{ . | quote }}
{{- end }}
{{ include "plumbline.env.database" . }}
{{ include "plumbline.env.secret" (dict "name" "PLUMB_NATS_URL" "secret" (include "plumbline.secret" (list $root "nats")) "key" $values.nats.key) }}
{{ include "plumbline.env.secret" (dict "name" "PLUMB_IDENTITY_KEY" "secret" (include "plumbline.secret" (list $root "identity")) "key" $values.identity.key) }}
{{- range $fact.peers }}
- name: PLUMB_PEERS_{{ upper . }}
  value: {{ printf "%s:%s" (include "plumbline.name" (list $root .)) (include "plumbline.port.rpc" $root) | quote }}
{{- end }}
{{- if $fact.objectStore }}
{{ include "plumbline.env.objectStore" $root }}
{{- end }}
{{- if eq $name "gateway" }}
# The content policy of the pages names the store that browsers load images from.
- name: PLUMB_S3_PUBLIC_ENDPOINT
  value: {{ $values.s3.publicEndpoint | default $values.s3.endpoint | quote }}
- name: PLUMB_WEBHOOK_PRIVATE_TARGETS
  value: {{ $values.webhooks.privateTargets | quote }}
{{- end }}
{{- if eq $name "trainer" }}
{{ include "plumbline.env.trainer" $root }}
{{- end }}
{{- with (index $values.services $name).extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- /* (list root service): the only database a service knows is its own. */}}
{{- define "plumbline.env.database" -}}
{{- $root := index . 0 -}}
{{- $name := index . 1 -}}
{{- include "plumbline.env.secret" (dict
      "name" (printf "PLUMB_DATABASE_URL_%s" (upper $name))
      "secret" (include "plumbline.secret.database" .)
      "key" (index $root.Values.database $name).key) -}}
{{- end }}

{{- define "plumbline.env.objectStore" -}}
{{- $secret := include "plumbline.secret" (list . "s3") -}}
- name: PLUMB_S3_ENDPOINT
  value: {{ .Values.s3.endpoint | quote }}
- name: PLUMB_S3_PUBLIC_ENDPOINT
  value: {{ .Values.s3.publicEndpoint | default .Values.s3.endpoint | quote }}
- name: PLUMB_S3_BUCKET
  value: {{ .Values.s3.bucket | quote }}
- name: PLUMB_S3_REGION
  value: {{ .Values.s3.region | quote }}
{{ include "plumbline.env.secret" (dict "name" "PLUMB_S3_ACCESS_KEY" "secret" $secret "key" .Values.s3.accessKeyKey) }}
{{ include "plumbline.env.secret" (dict "name" "PLUMB_S3_SECRET_KEY" "secret" $secret "key" .Values.s3.secretKeyKey) }}
{{- end }}

{{- define "plumbline.env.trainer" -}}
- name: PLUMB_TRAINER_ENGINE
  value: {{ .Values.worker.engine | quote }}
- name: PLUMB_TRAINER_WORKERS
  value: {{ .Values.worker.parallel | quote }}
- name: PLUMB_TRAINER_GATEWAY_URL
  value: {{ include "plumbline.gatewayUrl" . | quote }}
{{- if eq .Values.worker.engine "kubernetes" }}
{{- if not (hasKey .Values.worker.profiles .Values.worker.profile) }}
{{- fail (printf "worker.profile is %q, which worker.profiles does not define." .Values.worker.profile) }}
{{- end }}
- name: PLUMB_TRAINER_PROFILE
  value: {{ .Values.worker.profile | quote }}
- name: PLUMB_TRAINER_JOB_TEMPLATES
  value: {{ include "plumbline.trainer.templates" . }}
{{- end }}
{{- end }}
