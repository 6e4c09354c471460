{{/*
Owns the objects that every service has in the same shape: ServiceAccount, Service, Deployment, disruption budget, network
policy and, where asked for, an autoscaler. All templates here take (list root service).
*/}}

{{- define "plumbline.service" -}}
{{- $root := index . 0 -}}
{{- $name := index . 1 }}
---
{{ include "plumbline.service.account" . }}
---
{{ include "plumbline.service.address" . }}
---
{{ include "plumbline.service.deployment" . }}
---
{{ include "plumbline.service.budget" . }}
---
{{ include "plumbline.service.network" . }}
{{- if (index $root.Values.services $name).autoscaling.enabled }}
---
{{ include "plumbline.service.autoscaler" . }}
{{- end }}
{{- end }}

{{- /* (list root service): name, namespace and labels of an object that is called like its service. */}}
{{- define "plumbline.service.metadata" -}}
name: {{ include "plumbline.name" . }}
namespace: {{ (index . 0).Release.Namespace }}
labels:
  {{- include "plumbline.labels" . | nindent 2 }}
{{- end }}

{{- define "plumbline.service.account" -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  {{- include "plumbline.service.metadata" . | nindent 2 }}
automountServiceAccountToken: false
{{- end }}

{{- define "plumbline.service.address" -}}
{{- $root := index . 0 -}}
{{- $fact := index (include "plumbline.topology" $root | fromYaml) (index . 1) -}}
apiVersion: v1
kind: Service
metadata:
  {{- include "plumbline.service.metadata" . | nindent 2 }}
spec:
  {{- if eq $fact.protocol "grpc" }}
  # Headless: one gRPC connection is one pod, so clients must see every address to balance between them.
  clusterIP: None
  {{- else }}
  type: ClusterIP
  {{- end }}
  selector:
    {{- include "plumbline.selector" . | nindent 4 }}
  ports:
    - name: {{ $fact.protocol }}
      port: {{ include (eq $fact.protocol "grpc" | ternary "plumbline.port.rpc" "plumbline.port.gateway") $root }}
      targetPort: {{ $fact.protocol }}
      appProtocol: {{ eq $fact.protocol "grpc" | ternary "kubernetes.io/h2c" "http" }}
    - name: metrics
      port: {{ include "plumbline.port.metrics" $root }}
      targetPort: metrics
{{- end }}

{{- define "plumbline.service.budget" -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  {{- include "plumbline.service.metadata" . | nindent 2 }}
spec:
  # maxUnavailable and not minAvailable: a service with one replica must not block the drain of its node.
  maxUnavailable: 1
  selector:
    matchLabels:
      {{- include "plumbline.selector" . | nindent 6 }}
{{- end }}

{{- define "plumbline.service.autoscaler" -}}
{{- $scaling := (index (index . 0).Values.services (index . 1)).autoscaling -}}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  {{- include "plumbline.service.metadata" . | nindent 2 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ include "plumbline.name" . }}
  minReplicas: {{ $scaling.minReplicas }}
  maxReplicas: {{ $scaling.maxReplicas }}
  metrics:
    - type: Resource
      resource:
        name: cpu
        target:
          type: Utilization
          averageUtilization: {{ $scaling.targetCpuPercent }}
{{- end }}
