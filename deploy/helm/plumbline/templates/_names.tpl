{{/*
Owns every object name, label set and image reference of the chart. No other template builds a name.
*/}}

{{- /* Room is left for the longest suffix, so every derived name stays a valid 63-character DNS label. */}}
{{- define "plumbline.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end }}

{{- /* (list root "part" ...) -> <fullname>-part-... */}}
{{- define "plumbline.name" -}}
{{- $root := first . -}}
{{- prepend (rest .) (include "plumbline.fullname" $root) | join "-" -}}
{{- end }}

{{- /* (list root component): labels that identify the pods of one component and never change. */}}
{{- define "plumbline.selector" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: plumbline
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{- /* (list root component): the full label set of an object. */}}
{{- define "plumbline.labels" -}}
{{- $root := index . 0 -}}
{{ include "plumbline.selector" . }}
app.kubernetes.io/part-of: plumbline
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version }}
{{- with $root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- /* (list root image): registry/repository@digest, or :tag with the chart's appVersion as default. */}}
{{- define "plumbline.image" -}}
{{- $root := index . 0 -}}
{{- $image := index . 1 -}}
{{- $registry := $root.Values.global.imageRegistry | default $image.registry -}}
{{- if $registry }}{{ $registry }}/{{ end }}{{ $image.repository -}}
{{- if $image.digest -}}@{{ $image.digest }}
{{- else -}}:{{ $image.tag | default $root.Chart.AppVersion }}
{{- end -}}
{{- end }}

{{- define "plumbline.gatewayUrl" -}}
http://{{ include "plumbline.name" (list . "gateway") }}.{{ .Release.Namespace }}.svc:{{ include "plumbline.port.gateway" . }}
{{- end }}

{{- define "plumbline.port.gateway" -}}8080{{- end }}
{{- define "plumbline.port.rpc" -}}7000{{- end }}
{{- define "plumbline.port.metrics" -}}9464{{- end }}
