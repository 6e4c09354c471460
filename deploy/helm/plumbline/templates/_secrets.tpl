{{/*
Owns which Secret and key holds each credential, and how a value the chart keeps survives an upgrade.
*/}}

{{- /* (list root service) */}}
{{- define "plumbline.secret.database" -}}
{{- $root := index . 0 -}}
{{- $name := index . 1 -}}
{{- (index $root.Values.database $name).existingSecret | default (include "plumbline.name" (list $root $name "database")) -}}
{{- end }}

{{- /* (list root "nats" | "s3" | "identity") */}}
{{- define "plumbline.secret" -}}
{{- $root := index . 0 -}}
{{- $part := index . 1 -}}
{{- (index $root.Values $part).existingSecret | default (include "plumbline.name" (list $root $part)) -}}
{{- end }}

{{- /*
(list root secret key given): the given value; without one, what the cluster already holds; without either, nothing.
Base64, as a Secret's data wants it.
*/}}
{{- define "plumbline.kept" -}}
{{- $root := index . 0 -}}
{{- $given := index . 3 -}}
{{- if $given -}}
{{- $given | b64enc -}}
{{- else -}}
{{- $found := lookup "v1" "Secret" $root.Release.Namespace (index . 1) -}}
{{- dig "data" (index . 2) "" ($found | default dict) -}}
{{- end -}}
{{- end }}

{{- /* (list root secret key given value-name): as plumbline.kept, but refuses to go on without a value. */}}
{{- define "plumbline.needed" -}}
{{- $value := include "plumbline.kept" (initial .) -}}
{{- if not $value -}}
{{- fail (printf "%s is empty: set it, or name a Secret that holds it (existingSecret beside it)." (last .)) -}}
{{- end -}}
{{- $value -}}
{{- end }}

{{- /* (list root service): the DSN the chart itself has to store, base64. */}}
{{- define "plumbline.database.stored" -}}
{{- $root := index . 0 -}}
{{- $name := index . 1 -}}
{{- $database := index $root.Values.database $name -}}
{{- $secret := include "plumbline.secret.database" . -}}
{{- include "plumbline.needed" (list $root $secret $database.key $database.url (printf "database.%s.url" $name)) -}}
{{- end }}

{{- /*
(list root service): changes when a credential given as a value changes, so that the pods restart. It hashes the values and
not the rendered Secrets: a key generated at install is random in every rendering and would restart everything.
*/}}
{{- define "plumbline.secret.checksum" -}}
{{- $values := (index . 0).Values -}}
{{- list (index $values.database (index . 1)) $values.nats $values.s3 $values.identity | toJson | sha256sum -}}
{{- end }}
