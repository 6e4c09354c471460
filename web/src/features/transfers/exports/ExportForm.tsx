/** Owns the choice of an export: format, options, images, and the consent to what is lost. */

import { Button, Checkbox, Group, Stack } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useRef, useState, type FormEvent } from "react";
import type { Snapshot } from "@/features/projects/projects";
import { Refused } from "@/ui/Loaded";
import { FormatSelect } from "../FormatSelect";
import { OptionFields } from "../OptionFields";
import { keepsSidecar, type OptionValues } from "../options";
import { isOver, type Format, type Transfer } from "../transfers";
import { useExport, usePreview, type Choice } from "./exports";
import { LossPreview } from "./LossPreview";

export interface Draft {
  readonly format: string;
  readonly options: OptionValues;
  readonly images: boolean;
}

interface ExportFormProps {
  readonly snapshot: Snapshot;
  readonly formats: readonly Format[];
  readonly draft: Draft;
  readonly onChange: (draft: Draft) => void;
  readonly onStarted: (transfer: Transfer) => void;
}

/** Typing a number is one question, not one for each digit. */
const SETTLE_MS = 300;

export function ExportForm({ snapshot, formats, draft, onChange, onStarted }: ExportFormProps) {
  const { format, options, images } = draft;
  const name = { projectId: snapshot.project_id, number: snapshot.number };
  // Consent is to one choice: another one has other losses.
  const choice = JSON.stringify({ format, options } satisfies Choice);
  const [settled] = useDebouncedValue(choice, SETTLE_MS);
  const preview = usePreview(name, JSON.parse(settled) as Choice);
  const start = useExport(name);
  const [allowed, setAllowed] = useState("");
  const [missed, setMissed] = useState("");
  const consent = useRef<HTMLInputElement>(null);
  const writeOptions = formats.find((one) => one.name === format)?.write_options ?? [];
  const found = settled === choice ? preview.transfer : undefined;
  const loses = found !== undefined && isOver(found) && found.losses.some(({ kept }) => !kept);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (loses && allowed !== choice) {
      setMissed(choice);
      consent.current?.focus();
      return;
    }
    start.mutate({ format, options, include_images: images, allow_loss: loses && allowed === choice }, { onSuccess: onStarted });
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <FormatSelect formats={formats} value={format} onChange={(chosen) => onChange({ ...draft, format: chosen, options: {} })} />
        <OptionFields options={writeOptions} values={options} onChange={(values) => onChange({ ...draft, options: values })} />
        <Checkbox
          label="Include images" description="Puts the image files beside the annotations; the export is a .zip then" checked={images}
          onChange={(event) => onChange({ ...draft, images: event.currentTarget.checked })}
        />
        <LossPreview
          transfer={found} error={preview.error} onRetry={preview.again} sidecar={keepsSidecar(writeOptions, options)}
        />
        {loses && (
          <Checkbox
            ref={consent} label="Export although this is lost" checked={allowed === choice} onChange={(event) => setAllowed(event.currentTarget.checked ? choice : "")}
            error={missed === choice && allowed !== choice ? "Nothing was exported: tick this to export it all the same, or choose another format." : null}
          />
        )}
        {start.isError && <Refused error={start.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={start.isPending} disabled={found?.state === "FAILED"}>
            Export
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
