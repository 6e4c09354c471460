/** Owns the step in which a file is read and checked, and read again as another format, before anything is imported. */

import { Accordion, Alert, Button, Checkbox, Group, Stack } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconAlertCircle, IconCircleCheck } from "@tabler/icons-react";
import { useRef, useState, type FormEvent } from "react";
import { count } from "@/ui/format";
import { Refused } from "@/ui/Loaded";
import { FormatSelect } from "../FormatSelect";
import { OptionFields } from "../OptionFields";
import type { OptionValues } from "../options";
import { isOver, type Format, type FormatOption, type Transfer } from "../transfers";
import { TransferProgress } from "../TransferProgress";
import { formatTitle } from "../words";
import { useDryRun, useImport, type Reading } from "./imports";
import { ProblemTable } from "./ProblemTable";
import { foundWords } from "./report-words";

interface CheckStepProps {
  readonly projectId: string;
  readonly uploadId: string;
  readonly formats: readonly Format[];
  readonly onStarted: (transfer: Transfer) => void;
  readonly onOther: () => void;
}

/** Typing an option is one question, not one for each letter. */
const SETTLE_MS = 500;

export function CheckStep({ projectId, uploadId, formats, onStarted, onOther }: CheckStepProps) {
  const [format, setFormat] = useState("");
  const [options, setOptions] = useState<OptionValues>({});
  const choice = JSON.stringify({ projectId, uploadId, format, options } satisfies Reading);
  const [settled] = useDebouncedValue(choice, SETTLE_MS);
  const reading = JSON.parse(settled) as Reading;
  const checked = useDryRun(reading);
  const start = useImport();
  const [skips, setSkips] = useState(false);
  const [missed, setMissed] = useState(false);
  const consent = useRef<HTMLInputElement>(null);
  const found = settled === choice ? checked.transfer : undefined;
  const report = found !== undefined && isOver(found) ? found.report : undefined;
  const taken = format === "" ? (found?.format ?? "") : format;
  const errors = report?.error_count ?? 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (errors > 0 && !skips) {
      setMissed(true);
      consent.current?.focus();
      return;
    }
    // What was checked is what is imported, also when the format was guessed.
    start.mutate({ reading: { ...reading, format: taken }, skip_invalid: skips }, { onSuccess: onStarted });
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <FormatSelect
          formats={formats} value={format} none={taken === "" ? "Guess from the files" : `Guessed: ${formatTitle(formats, taken)}`}
          onChange={(chosen) => {
            setFormat(chosen);
            setOptions({});
          }}
        />
        <ReadingOptions
          options={formats.find(({ name }) => name === taken)?.read_options ?? []} values={options}
          onChange={(values) => {
            setFormat(taken);
            setOptions(values);
          }}
        />
        <section aria-label="What is in the file">
          <Found transfer={found} error={checked.error} onRetry={checked.again} />
        </section>
        {report !== undefined && <ProblemTable key={found?.id} report={report} />}
        {errors > 0 && (
          <Checkbox
            ref={consent} label="Leave out what is not understood" description={`${count(errors, "problem")}; the rest is imported`} checked={skips}
            onChange={(event) => setSkips(event.currentTarget.checked)}
            error={missed && !skips ? "Nothing was imported: tick this to import the rest, or correct the file." : null}
          />
        )}
        {start.isError && <Refused error={start.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onOther}>
            Another file
          </Button>
          <Button type="submit" loading={start.isPending} disabled={report === undefined || report.image_count === 0}>
            Import
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface ReadingOptionsProps {
  readonly options: readonly FormatOption[];
  readonly values: OptionValues;
  readonly onChange: (values: OptionValues) => void;
}

/** Folded up: most files are read as they are meant without them. */
function ReadingOptions(props: ReadingOptionsProps) {
  if (props.options.length === 0) return null;
  return (
    <Accordion variant="contained">
      <Accordion.Item value="options">
        <Accordion.Control>How it is read</Accordion.Control>
        <Accordion.Panel>
          <OptionFields {...props} />
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}

interface FoundProps {
  readonly transfer: Transfer | undefined;
  readonly error: Error | null;
  readonly onRetry: () => void;
}

function Found({ transfer, error, onRetry }: FoundProps) {
  if (error !== null) return <Refused error={error} onRetry={onRetry} />;
  if (transfer === undefined || !isOver(transfer)) return <TransferProgress transfer={transfer} />;
  if (transfer.report !== undefined && transfer.state === "SUCCEEDED") {
    const { report } = transfer;
    const good = report.error_count === 0 && report.image_count > 0;
    return (
      <Alert color={good ? "teal" : "orange"} variant="light" icon={good ? <IconCircleCheck /> : <IconAlertCircle />} title={foundWords(report)}>
        {report.guess !== "" && `Taken for ${report.guess}.`}
      </Alert>
    );
  }
  return (
    <Alert color="red" variant="light" icon={<IconAlertCircle />} title="The file cannot be read">
      {transfer.error} Choose the format it has, or another file.
    </Alert>
  );
}
