{{/*
Owns what every pod of the chart shares: the restricted security settings, scratch space, scheduling.
*/}}

{{- define "plumbline.pod.security" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "plumbline.container.security" -}}
allowPrivilegeEscalation: false
privileged: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities:
  drop: [ALL]
{{- end }}

{{- /* The root file system is read-only; this is the only place a process may write. */}}
{{- define "plumbline.scratch.mount" -}}
- name: tmp
  mountPath: /tmp
{{- end }}

{{- /* (size) */}}
{{- define "plumbline.scratch.volume" -}}
- name: tmp
  emptyDir:
    sizeLimit: {{ . }}
{{- end }}

{{- /* (list root place): image pull secrets and the scheduling values of a service or of the worker. */}}
{{- define "plumbline.pod.placement" -}}
{{- $root := index . 0 -}}
{{- $place := index . 1 -}}
{{- with $root.Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $place.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with $place.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $place.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $place.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- /* Replicas go to different nodes and zones where there are several; a small cluster still gets all of them. */}}
{{- define "plumbline.pod.spread" -}}
{{- $selector := include "plumbline.selector" . -}}
{{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
- maxSkew: 1
  topologyKey: {{ . }}
  whenUnsatisfiable: ScheduleAnyway
  labelSelector:
    matchLabels:
      {{- $selector | nindent 6 }}
{{- end }}
{{- end }}
