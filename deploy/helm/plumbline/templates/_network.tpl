{{/*
Owns who may open a connection to whom. Everything is denied first; a service then gets one policy whose edges come from
plumbline.topology, so the clients in its environment and its open paths cannot differ.
*/}}

{{- /* (list root component): peers of this release. */}}
{{- define "plumbline.network.pods" -}}
- podSelector:
    matchLabels:
      {{- include "plumbline.selector" . | nindent 6 }}
{{- end }}

{{- /* (dict "to" peers "ports" numbers): one egress rule over TCP; without peers any address on these ports. */}}
{{- define "plumbline.network.egress" -}}
- ports:
    {{- range .ports }}
    - port: {{ . }}
      protocol: TCP
    {{- end }}
  {{- with .to }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}

{{- define "plumbline.network.dns" -}}
- ports:
    - port: 53
      protocol: UDP
    - port: 53
      protocol: TCP
  {{- with .Values.networkPolicy.dns.to }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}

{{- /* (url): its port, or the usual one of its scheme. */}}
{{- define "plumbline.network.port" -}}
{{- $url := urlParse . -}}
{{- if contains ":" $url.host }}{{ regexFind "[0-9]+$" $url.host }}
{{- else }}{{ eq $url.scheme "https" | ternary 443 80 }}
{{- end -}}
{{- end }}

{{- /* Inside and outside name of the object store: presigned URLs carry the outside one. */}}
{{- define "plumbline.network.objectStore" -}}
{{- $ports := list (include "plumbline.network.port" .Values.s3.endpoint | int) -}}
{{- with .Values.s3.publicEndpoint }}{{ $ports = append $ports (include "plumbline.network.port" . | int) }}{{ end -}}
{{- include "plumbline.network.egress" (dict "to" .Values.networkPolicy.objectStore.to "ports" (uniq $ports)) -}}
{{- end }}

{{- /* (list root component): one egress rule to a component of this release. */}}
{{- define "plumbline.network.peer" -}}
{{- $port := eq (index . 1) "gateway" | ternary "plumbline.port.gateway" "plumbline.port.rpc" -}}
- ports:
    - port: {{ include $port (index . 0) }}
      protocol: TCP
  to:
    {{- include "plumbline.network.pods" . | nindent 4 }}
{{- end }}

{{- /* (list root service) */}}
{{- define "plumbline.service.network" -}}
{{- $root := index . 0 -}}
{{- if $root.Values.networkPolicy.enabled -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "plumbline.service.metadata" . | nindent 2 }}
spec:
  podSelector:
    matchLabels:
      {{- include "plumbline.selector" . | nindent 6 }}
  policyTypes: [Ingress, Egress]
  ingress:
    {{- include "plumbline.service.ingress" . | nindent 4 }}
  egress:
    {{- include "plumbline.service.egress" . | nindent 4 }}
{{- end }}
{{- end }}

{{- define "plumbline.service.ingress" -}}
{{- $root := index . 0 -}}
{{- $name := index . 1 -}}
{{- $policy := $root.Values.networkPolicy -}}
{{- if eq $name "gateway" }}
- ports:
    - port: {{ include "plumbline.port.gateway" $root }}
      protocol: TCP
  {{- with $policy.gatewayFrom }}
  from:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- with include "plumbline.callers" . | fromYamlArray }}
- ports:
    - port: {{ include (eq $name "gateway" | ternary "plumbline.port.gateway" "plumbline.port.rpc") $root }}
      protocol: TCP
  from:
    {{- range . }}
    {{- include "plumbline.network.pods" (list $root .) | nindent 4 }}
    {{- end }}
{{- end }}
{{- if $root.Values.monitoring.enabled }}
- ports:
    - port: {{ include "plumbline.port.metrics" $root }}
      protocol: TCP
  from:
    {{- toYaml $policy.metricsFrom | nindent 4 }}
{{- end }}
{{- end }}

{{- define "plumbline.service.egress" -}}
{{- $root := index . 0 -}}
{{- $name := index . 1 -}}
{{- $policy := $root.Values.networkPolicy -}}
{{- $fact := index (include "plumbline.topology" $root | fromYaml) $name -}}
{{ include "plumbline.network.dns" $root }}
{{ include "plumbline.network.egress" $policy.postgresql }}
{{ include "plumbline.network.egress" $policy.nats }}
{{- range $fact.peers }}
{{ include "plumbline.network.peer" (list $root .) }}
{{- end }}
{{- if $fact.objectStore }}
{{ include "plumbline.network.objectStore" $root }}
{{- end }}
{{- with $root.Values.otlpEndpoint }}
{{ include "plumbline.network.egress" (dict "to" $policy.otlp.to "ports" (list (include "plumbline.network.port" . | int))) }}
{{- end }}
{{- if eq $name "gateway" }}
{{ include "plumbline.network.egress" $policy.webhooks }}
{{- /* Files of MLflow clients pass through, by signed URLs: the gateway has no key of the store. */}}
{{ include "plumbline.network.objectStore" $root }}
{{- end }}
{{- if eq $name "trainer" }}
{{ include "plumbline.trainer.egress" $root }}
{{- end }}
{{- end }}
