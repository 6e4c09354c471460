{{/*
Owns what only the trainer has: its reach to the Kubernetes API, and the Job that it creates for a profile.
With the engine "local" the trainer itself runs the workers, so it takes their image and their network edges.
*/}}

{{- define "plumbline.trainer.namespacedToken" -}}/var/run/secrets/kubernetes.io/serviceaccount{{- end }}
{{- define "plumbline.trainer.templates" -}}/etc/plumbline/jobs{{- end }}

{{- /* (root) The token is mounted here by hand: automounting stays off everywhere, and this one expires after an hour. */}}
{{- define "plumbline.trainer.volumes" -}}
{{- if eq .Values.worker.engine "kubernetes" }}
- name: job-templates
  configMap:
    name: {{ include "plumbline.name" (list . "trainer" "jobs") }}
- name: kubernetes-api
  projected:
    defaultMode: 0440
    sources:
      - serviceAccountToken:
          path: token
          expirationSeconds: 3600
      - configMap:
          name: kube-root-ca.crt
          items:
            - key: ca.crt
              path: ca.crt
      - downwardAPI:
          items:
            - path: namespace
              fieldRef:
                fieldPath: metadata.namespace
{{- end }}
{{- end }}

{{- define "plumbline.trainer.mounts" -}}
{{- if eq (index . 0).Values.worker.engine "kubernetes" }}
- name: job-templates
  mountPath: {{ include "plumbline.trainer.templates" . }}
  readOnly: true
- name: kubernetes-api
  mountPath: {{ include "plumbline.trainer.namespacedToken" . }}
  readOnly: true
{{- end }}
{{- end }}

{{- /* (list root service): "true" for a trainer whose workers are its own subprocesses. */}}
{{- define "plumbline.trainer.runsWorkers" -}}
{{- and (eq (index . 1) "trainer") (eq (index . 0).Values.worker.engine "local") -}}
{{- end }}

{{- define "plumbline.trainer.egress" -}}
{{- if eq .Values.worker.engine "kubernetes" -}}
{{ include "plumbline.network.egress" .Values.networkPolicy.kubernetesApi }}
{{- else -}}
{{ include "plumbline.network.peer" (list . "gateway") }}
{{ include "plumbline.network.objectStore" . }}
{{- end -}}
{{- end }}

{{- define "plumbline.job.checksum" -}}
{{- $text := "" -}}
{{- range $name, $profile := .Values.worker.profiles }}{{ $text = print $text $name (include "plumbline.job" (list $ $name)) }}{{ end -}}
{{- $text | sha256sum -}}
{{- end }}

{{- /*
(list root profile): the batch/v1 Job of one profile. The trainer adds name, job id and job token, nothing else.
A pod lost with its node is replaced and does not count; exit status 42 says the user's configuration is wrong, so it
is not retried.
*/}}
{{- define "plumbline.job" -}}
{{- $root := index . 0 -}}
{{- $worker := $root.Values.worker -}}
{{- $profile := index $worker.profiles (index . 1) -}}
apiVersion: batch/v1
kind: Job
metadata:
  namespace: {{ $root.Release.Namespace }}
  labels:
    {{- include "plumbline.labels" (list $root "worker") | nindent 4 }}
    plumbline/profile: {{ index . 1 }}
    {{- with $profile.queueName | default $worker.queueName }}
    kueue.x-k8s.io/queue-name: {{ . }}
    {{- end }}
spec:
  {{- if $profile.queueName | default $worker.queueName }}
  # The queue admits the Job by lifting the suspension.
  suspend: true
  {{- end }}
  backoffLimit: {{ $worker.backoffLimit }}
  ttlSecondsAfterFinished: {{ $worker.ttlSecondsAfterFinished }}
  podReplacementPolicy: Failed
  podFailurePolicy:
    rules:
      - action: Ignore
        onPodConditions:
          - type: DisruptionTarget
            status: "True"
      - action: FailJob
        onExitCodes:
          containerName: worker
          operator: In
          values: [42]
  template:
    metadata:
      labels:
        {{- include "plumbline.labels" (list $root "worker") | nindent 8 }}
    spec:
      {{- include "plumbline.job.pod" (list $root $worker $profile) | nindent 6 }}
{{- end }}

{{- /* (list root worker profile) */}}
{{- define "plumbline.job.pod" -}}
{{- $root := index . 0 -}}
{{- $worker := index . 1 -}}
{{- $profile := index . 2 -}}
{{- $image := gt (int $profile.gpus) 0 | ternary $worker.gpuImage $worker.image -}}
serviceAccountName: {{ include "plumbline.name" (list $root "worker") }}
automountServiceAccountToken: false
enableServiceLinks: false
restartPolicy: Never
terminationGracePeriodSeconds: 120
securityContext:
  {{- include "plumbline.pod.security" $root | nindent 2 }}
{{- include "plumbline.pod.placement" (list $root $profile) }}
{{- with $profile.runtimeClassName }}
runtimeClassName: {{ . }}
{{- end }}
containers:
  - name: worker
    image: {{ include "plumbline.image" (list $root $image) }}
    imagePullPolicy: {{ $image.pullPolicy }}
    command: [python, -m, services.trainer.worker]
    securityContext:
      {{- include "plumbline.container.security" $root | nindent 6 }}
    env:
      - name: PLUMB_URL
        value: {{ include "plumbline.gatewayUrl" $root | quote }}
      - name: PLUMB_LOG_LEVEL
        value: {{ $root.Values.logLevel | quote }}
      - name: PLUMB_WORKER_FOLDER
        value: /tmp/jobs
      - name: PLUMB_CACHE
        value: /tmp/cache
      {{- with $image.digest }}
      - name: PLUMB_IMAGE_DIGEST
        value: {{ . | quote }}
      {{- end }}
    resources:
      {{- include "plumbline.job.resources" $profile | nindent 6 }}
    volumeMounts:
      {{- include "plumbline.scratch.mount" $root | nindent 6 }}
      - name: shared-memory
        mountPath: /dev/shm
volumes:
  {{- include "plumbline.scratch.volume" $profile.scratchSize | nindent 2 }}
  # Loader processes hand decoded images over through shared memory; the container default of 64 MiB is too small.
  - name: shared-memory
    emptyDir:
      medium: Memory
      sizeLimit: {{ $profile.sharedMemorySize }}
{{- end }}

{{- /* (profile): its resources, with the GPUs as a limit. */}}
{{- define "plumbline.job.resources" -}}
{{- $resources := deepCopy .resources -}}
{{- if gt (int .gpus) 0 -}}
{{- $limits := merge (dict .gpuResource (int .gpus)) ($resources.limits | default dict) -}}
{{- $_ := set $resources "limits" $limits -}}
{{- end -}}
{{- toYaml $resources -}}
{{- end }}
