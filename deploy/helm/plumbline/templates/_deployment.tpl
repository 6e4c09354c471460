{{/*
Owns the Deployment of a service: container, probes, start and stop. All templates here take (list root service).
*/}}

{{- define "plumbline.service.deployment" -}}
{{- $root := index . 0 -}}
{{- $name := index . 1 -}}
{{- $service := index $root.Values.services $name -}}
{{- $fact := index (include "plumbline.topology" $root | fromYaml) $name -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  {{- include "plumbline.service.metadata" . | nindent 2 }}
spec:
  {{- if not $service.autoscaling.enabled }}
  replicas: {{ $service.replicas }}
  {{- end }}
  revisionHistoryLimit: 3
  strategy:
    type: RollingUpdate
    rollingUpdate:
      maxUnavailable: 0
      maxSurge: 1
  selector:
    matchLabels:
      {{- include "plumbline.selector" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "plumbline.labels" . | nindent 8 }}
      annotations:
        checksum/secrets: {{ include "plumbline.secret.checksum" . }}
        {{- if eq $name "trainer" }}
        checksum/job-template: {{ include "plumbline.job.checksum" $root }}
        {{- end }}
        {{- with $root.Values.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
        {{- with $service.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      serviceAccountName: {{ include "plumbline.name" . }}
      automountServiceAccountToken: false
      enableServiceLinks: false
      terminationGracePeriodSeconds: {{ $fact.graceSeconds }}
      securityContext:
        {{- include "plumbline.pod.security" . | nindent 8 }}
      topologySpreadConstraints:
        {{- include "plumbline.pod.spread" . | nindent 8 }}
      {{- include "plumbline.pod.placement" (list $root $service) | nindent 6 }}
      containers:
        {{- include "plumbline.service.container" . | nindent 8 }}
      volumes:
        {{- include "plumbline.scratch.volume" $service.scratchSize | nindent 8 }}
        {{- if eq $name "trainer" }}
        {{- include "plumbline.trainer.volumes" $root | nindent 8 }}
        {{- end }}
{{- end }}

{{- define "plumbline.service.container" -}}
{{- $root := index . 0 -}}
{{- $name := index . 1 -}}
{{- $service := index $root.Values.services $name -}}
{{- $fact := index (include "plumbline.topology" $root | fromYaml) $name -}}
{{- $image := eq (include "plumbline.trainer.runsWorkers" .) "true" | ternary $root.Values.worker.image $root.Values.image -}}
- name: {{ $name }}
  image: {{ include "plumbline.image" (list $root $image) }}
  imagePullPolicy: {{ $image.pullPolicy }}
  command: [python, -m, services]
  args: [{{ $name }}]
  securityContext:
    {{- include "plumbline.container.security" . | nindent 4 }}
  env:
    {{- include "plumbline.env" . | nindent 4 }}
  ports:
    - name: {{ $fact.protocol }}
      containerPort: {{ include (eq $fact.protocol "grpc" | ternary "plumbline.port.rpc" "plumbline.port.gateway") $root }}
    - name: metrics
      containerPort: {{ include "plumbline.port.metrics" $root }}
  {{- include "plumbline.service.probes" $fact | nindent 2 }}
  # Time for clients to learn that this address is going away, before it stops taking connections.
  lifecycle:
    preStop:
      sleep:
        seconds: 5
  resources:
    {{- toYaml $service.resources | nindent 4 }}
  volumeMounts:
    {{- include "plumbline.scratch.mount" . | nindent 4 }}
    {{- if eq $name "trainer" }}
    {{- include "plumbline.trainer.mounts" . | nindent 4 }}
    {{- end }}
{{- end }}

{{- /*
(fact) Startup and liveness ask whether the process answers, readiness whether it can do work (own database reachable,
migrations at head). A dependency that is away takes a pod out of rotation and never restarts it.
*/}}
{{- define "plumbline.service.probes" -}}
{{- $live := ternary (dict "grpc" (dict "port" 7000 "service" "liveness")) (dict "httpGet" (dict "port" "http" "path" "/healthz")) (eq .protocol "grpc") -}}
{{- $ready := ternary (dict "grpc" (dict "port" 7000)) (dict "httpGet" (dict "port" "http" "path" "/readyz")) (eq .protocol "grpc") -}}
startupProbe:
  {{- toYaml $live | nindent 2 }}
  periodSeconds: 2
  timeoutSeconds: 2
  failureThreshold: 60
livenessProbe:
  {{- toYaml $live | nindent 2 }}
  periodSeconds: 10
  timeoutSeconds: 3
  failureThreshold: 6
readinessProbe:
  {{- toYaml $ready | nindent 2 }}
  periodSeconds: 5
  timeoutSeconds: 3
  failureThreshold: 2
{{- end }}
