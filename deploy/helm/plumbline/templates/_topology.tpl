{{/*
Owns the facts about the services that no installation changes: who speaks which protocol, who calls whom, who needs the
object store, how long a service takes to stop. Environment, probes and network policies are all derived from this table,
so a client address without a network edge (or the reverse) cannot be rendered.
*/}}
{{- define "plumbline.topology" -}}
gateway:
  protocol: http
  peers: [auth, storage, annotation, experiments, trainer]
  objectStore: false
  graceSeconds: 45
auth:
  protocol: grpc
  peers: []
  objectStore: false
  graceSeconds: 45
storage:
  protocol: grpc
  peers: []
  objectStore: true
  graceSeconds: 45
annotation:
  protocol: grpc
  peers: [storage]
  objectStore: true
  graceSeconds: 45
experiments:
  protocol: grpc
  peers: [storage, annotation]
  objectStore: true
  graceSeconds: 45
trainer:
  protocol: grpc
  peers: [auth, experiments, storage, annotation]
  objectStore: false
  graceSeconds: 120
{{- end }}

{{- /* (list root name): the components that may open a connection to this service, as a YAML list. */}}
{{- define "plumbline.callers" -}}
{{- $name := index . 1 -}}
{{- $callers := list -}}
{{- range $caller, $fact := include "plumbline.topology" (index . 0) | fromYaml -}}
{{- if has $name $fact.peers }}{{ $callers = append $callers $caller }}{{ end -}}
{{- end -}}
{{- if eq $name "gateway" }}{{ $callers = list "worker" "test" }}{{ end -}}
{{- toYaml $callers -}}
{{- end }}
